'use strict';
// Draws what the WebAssembly module answers. Whatever is known of lines, codes and stacks is decided there.

const $ = (id) => document.getElementById(id);

// Controls, bidirectional marks and whatever else is not seen are shown by their number.
const visible = (text) =>
  String(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);

// An element. Text only ever becomes text: there is no way to markup here.
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined)
    .map((child) => (child instanceof Node ? child : visible(child))));
  return element;
}

const draw = (place, ...children) =>
  place.replaceChildren(...children.flat(9).filter((child) => child !== null && child !== undefined));

const count = (number) => Number(number).toLocaleString('en');

const say = (text) => { $('said').textContent = visible(text); };

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A page from disk may not be let to the clipboard in this way.
    const area = h('textarea', { 'aria-hidden': 'true' });
    document.body.append(area);
    area.value = text;
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  say(`Copied: ${what}`);
}

function copyButton(text, what) {
  const button = h('button', { type: 'button', class: 'copy', 'aria-label': `Copy ${what}` }, 'Copy');
  button.addEventListener('click', async () => {
    const focused = document.activeElement;
    await copy(text, what);
    focused?.focus();
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1200);
  });
  return button;
}

const source = (pieces) => pieces.map((piece) =>
  (piece.link ? h('a', { href: piece.link, rel: 'noreferrer', target: '_blank' }, piece.text) : piece.text));

// What an outcome is called, and the sign that says it without a colour.
const OUTCOMES = {
  other: { sign: '≠', name: 'something else' },
  refused: { sign: '✕', name: 'refused' },
  depends: { sign: '?', name: 'it depends' },
  same: { sign: '✓', name: 'as written' },
};

const sign = (outcome) => h('span', { class: `sign ${outcome}`, 'aria-hidden': 'true' }, OUTCOMES[outcome].sign);

// The line view ------------------------------------------------------------------------------------------------

const EXAMPLES = [
  ['A phrase of its own', 'SIP/2.0 486 On a call, try later\\r\\n'],
  ['No space', 'SIP/2.0 480\\r\\n'],
  ['Code 999', 'SIP/2.0 999 Nope\\r\\n'],
  ['Bare LF', 'SIP/2.0 200 OK\\n'],
  ['HTAB', 'SIP/2.0\\t200 OK\\r\\n'],
  ['Four digits', 'SIP/2.0 0200 OK\\r\\n'],
  ['Version 3.0', 'SIP/3.0 200 OK\\r\\n'],
  ['Quotes', 'SIP/2.0 200 "OK"\\r\\n'],
];

const PART_NAMES = {
  before: 'line ends', version: 'version', space: '', code: 'code', digits: 'no code', phrase: 'phrase',
  end: 'line end', unread: 'not read', missing: 'missing',
};

function octets(judgement) {
  // Runs of one part stand together over its name.
  const parts = [];
  for (const run of judgement.runs) {
    const last = parts.at(-1);
    if (last?.part === run.part) last.runs.push(run);
    else parts.push({ part: run.part, runs: [run] });
  }
  const drawn = parts.map(({ part, runs }) => h('span', { class: `part ${part}` },
    h('span', { class: 'octets' }, runs.map((run) => {
      const text = part === 'missing' ? '∅' : run.text;
      const style = run.escaped ? 'escaped' : '';
      return run.fault
        ? h('mark', { class: style, title: `octet ${run.at}` }, text)
        : h('span', { class: style }, text);
    })),
    h('span', { class: 'caption' }, PART_NAMES[part])));
  const more = [];
  if (judgement.undrawn) more.push(`${count(judgement.undrawn)} more octets of the line are not drawn. `);
  if (judgement.at) more.push(`${count(judgement.at)} octets come before the line. `);
  if (judgement.rest) more.push(`${count(judgement.rest)} octets follow the line; they are not judged.`);
  return h('section', {},
    h('h3', { class: 'hidden' }, 'The octets'),
    h('div', { class: 'sheet' },
      h('p', { class: 'line', role: 'group', 'aria-label': 'The line, octet by octet' }, drawn),
      facts(judgement)),
    more.length ? h('p', { class: 'quiet' }, more.join('')) : null);
}

const LEVELS = { legal: '✓', tolerable: '!', bad: '✕', none: '✕' };

function answers(judgement) {
  const { verdict, remarks, stacks, policies } = judgement;
  const tile = (level, question, answer, ...text) => h('div', { class: `tile ${level}` },
    h('h3', {}, question),
    h('p', { class: 'answer' },
      h('span', { class: 'mark', 'aria-hidden': 'true' }, LEVELS[level] ?? '–'),
      h('span', {}, answer)),
    text);
  const deviations = remarks.filter((remark) => remark.deviation);
  const spaced = (words) => words.map((word, at) => [at ? ' ' : '', word]);
  let odd;
  if (!judgement.facts) {
    const { message, rule } = policies.at(-1);
    odd = tile('none', 'What is odd about it?', message.replace(/^./, (c) => c.toUpperCase()), h('p', {}, source(rule)));
  } else {
    const answer = deviations.length ? spaced(deviations.map((remark) => h('code', {}, remark.name)))
      : remarks.length ? 'Only its words' : 'Nothing';
    odd = tile(deviations.length ? verdict.level : 'legal', 'What is odd about it?', answer,
      remarks.map((remark) => h('p', {}, remark.deviation
        ? [`At octet ${remark.at}: `, source(remark.text), '.'] : source(remark.text))));
  }
  const level = !stacks.rows.length ? 'unknown' : stacks.good ? 'legal' : 'bad';
  return h('div', { class: 'answers', 'aria-live': 'polite' },
    tile(verdict.level, 'Is it legal?', verdict.headline, h('p', {}, verdict.sentence)),
    odd,
    tile(level, stacks.question, stacks.headline,
      stacks.split ? stacks.named.map(([what, names]) => h('p', {}, h('span', { class: 'quiet' }, `${what} `), names.join(', '), '.'))
        : h('p', {}, stacks.sentence)));
}

function facts(judgement) {
  if (!judgement.facts) return null;
  const { version, code, digit, class: name, phrase } = judgement.facts;
  const item = (term, ...value) => h('div', {}, h('dt', {}, term), h('dd', {}, value));
  return h('dl', { class: 'facts' },
    item('Version', h('code', {}, version)),
    item('Code', h('strong', { class: `class-${digit}` }, code), ` ${name.replace('-', ' ')}`),
    item('Phrase', phrase === '' ? h('em', {}, 'empty') : h('code', {}, phrase)));
}

function policies(judgement) {
  // Those that refuse it for one reason say so together.
  const groups = [];
  for (const policy of judgement.policies) {
    const last = groups.at(-1);
    if (last && !policy.accepts && last[0].message === policy.message) last.push(policy);
    else groups.push([policy]);
  }
  return h('section', {},
    h('h3', {}, 'What the policies say'),
    h('ul', { class: 'policies' }, groups.map((group) => {
      const [policy] = group;
      const names = group.map(({ name }) => name).join(', ');
      const verb = group.length > 1 ? 'refuse it' : 'refuses it';
      return h('li', { class: policy.accepts ? 'yes' : 'no' },
        h('p', {},
          h('span', { class: 'sign', 'aria-hidden': 'true' }, policy.accepts ? '✓' : '✕'),
          h('strong', {}, names), ' ', policy.accepts ? 'accepts it' : `${verb}: ${policy.message}`,
          group.length > 1 ? null : h('span', { class: 'quiet about' }, policy.about)),
        policy.accepts ? null : [
          h('pre', { tabindex: 0, role: 'img', 'aria-label': `${policy.message}: ${policy.excerpt}` }, policy.excerpt,
            document.createTextNode(`\n${' '.repeat(policy.column)}`), h('span', { class: 'caret' }, '^')),
          h('p', { class: 'quiet' }, source(policy.rule))]);
    })));
}

function notations(judgement) {
  const { canonical, literals } = judgement;
  const rows = (values) => [['printf', 'printf'], ['rust', 'Rust'], ['c', 'C'], ['python', 'Python'], ['hex', 'hex']]
    .map(([key, name]) => h('tr', {},
      h('th', { scope: 'row' }, name),
      h('td', {}, h('code', {}, values[key])),
      h('td', {}, copyButton(values[key], `the line for ${name}`))));
  return h('section', {},
    h('h3', {}, 'To copy'),
    h('table', { class: 'notations', 'aria-label': 'The line in several notations' },
      h('tbody', {},
        canonical
          ? h('tr', { class: 'canonical' },
            h('th', { scope: 'row' }, canonical.same ? 'line' : 'as it should be'),
            h('td', {}, h('code', {}, canonical.text)),
            h('td', {}, copyButton(canonical.text, 'the canonical line')))
          : null,
        rows(literals))));
}

function stacks(judgement) {
  const { stacks: found } = judgement;
  const groups = Object.keys(OUTCOMES).map((outcome) => [outcome, found.rows.filter((row) => row.outcome === outcome)]);
  const item = (row) => h('li', {},
    h('p', {}, h('strong', {}, row.name), ' ', h('span', { class: 'version' }, row.version),
      row.outcome === 'other' ? [': ', row.reading, row.instead ? [' ', h('code', {}, row.instead)] : null] : null),
    h('a', { href: cellLink(row.line, row.id), 'aria-label': `${row.exact ? 'this line' : 'its shape'}, ${row.name} ${row.version} on ${row.line}` },
      row.exact ? 'this line' : 'its shape'),
    h('p', { class: 'quiet' },
      [row.language, row.driven, row.note, ['other', 'depends'].includes(row.outcome) ? '' : row.reading]
        .filter((words) => words && words !== OUTCOMES[row.outcome].name).join('; ')));
  return h('section', { class: 'stacks' },
    h('h3', {}, 'Who reads it otherwise'),
    h('p', { class: found.split ? 'split' : '' }, found.sentence),
    tallyBar(found.tally),
    found.rows.length
      ? h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'What each stack made of it' },
        groups.filter(([, rows]) => rows.length).map(([outcome, rows]) => [
          h('h4', { class: outcome }, sign(outcome), ` ${OUTCOMES[outcome].name}`),
          h('ul', {}, rows.map(item))]))
      : null,
    h('p', { class: 'quiet' },
      found.line ? ['On record as ', h('code', {}, found.line), '. '] : null,
      found.untried.length && found.rows.length ? `Not tried with it: ${found.untried.join(', ')}. ` : null,
      'What these versions did in one test; later ones may differ.'));
}

function tallyBar(tally) {
  const bar = h('div', { class: 'tally', 'aria-hidden': 'true' });
  for (const outcome of Object.keys(OUTCOMES)) {
    if (!tally[outcome]) continue;
    const part = h('span', { class: outcome }, `${OUTCOMES[outcome].sign} ${tally[outcome]}`);
    part.style.flexGrow = tally[outcome];
    bar.append(part);
  }
  return bar.childElementCount ? bar : null;
}

function drawJudgement(place, judgement) {
  draw(place,
    octets(judgement),
    answers(judgement),
    h('div', { class: 'thirds' },
      h('div', {}, policies(judgement), notations(judgement)),
      stacks(judgement),
      judgement.card ? codeCard(judgement.card) : null));
}

function judge(at) {
  const pasted = $('pasted').value;
  $('clear').disabled = $('share').disabled = pasted === '';
  $('examples').hidden = pasted !== '';
  draw($('offers'));
  if (pasted === '') {
    $('note').textContent = '';
    draw($('judgement'));
    return;
  }
  let judgement;
  try {
    judgement = JSON.parse(wasm_bindgen.judge(pasted, $('form').value, at));
  } catch (error) {
    $('note').textContent = '';
    draw($('judgement'), h('p', { class: 'split', role: 'alert' }, error));
    return;
  }
  $('note').textContent = `Read as ${judgement.note}.`;
  const { lines, line_count: all } = judgement;
  if (all > 1) {
    draw($('offers'), h('span', { class: 'quiet' },
      `${count(all)} status-lines in it${all > lines.length ? `, the first ${lines.length}` : ''}: `),
      lines.map((line) => h('button', {
        type: 'button', 'aria-pressed': String(line.at === judgement.at), on: { click: () => judge(line.at) },
      }, line.shown)));
  }
  drawJudgement($('judgement'), judgement);
}

function paste(text, form = '') {
  $('pasted').value = text;
  $('form').value = form;
  judge();
}

// The table ----------------------------------------------------------------------------------------------------

const cellLink = (line, stack) => `#${new URLSearchParams({ line, stack })}`;

let table = null;

function browse() {
  if (table) {
    choose();
    return;
  }
  table = JSON.parse(wasm_bindgen.grid());
  const options = (name, values) => {
    for (const [value, text] of values) $('filter').elements[name].append(h('option', { value }, text));
  };
  options('deviation', table.deviations.map((name) => [name, name]));
  options('fault', table.faults.map((name) => [name, name]));
  options('stack', table.stacks.map((stack) => [stack.id, `${stack.name} ${stack.version}`]));
  $('browse-about').textContent = `${table.lines.length} lines, ${table.stacks.length} versions of stacks and tools. `
    + '✓ taken as written, ≠ read as something else, ✕ refused, blank: not tried. Red marks a line on which stacks disagree. '
    + `Left out, since no LF ends them and headers came next: ${table.left_out.join(', ')}.`;
  drawGrid();
}

function drawGrid() {
  const wanted = Object.fromEntries(new FormData($('filter')));
  const lines = JSON.parse(wasm_bindgen.filter_grid(JSON.stringify(wanted)));
  $('browse-count').textContent = `${lines.length} of ${table.lines.length} lines`;
  const columns = table.stacks.map((stack, column) => column)
    .filter((column) => !wanted.stack || table.stacks[column].id === wanted.stack);
  const head = columns.map((column) => {
    const { name, version } = table.stacks[column];
    return h('th', { scope: 'col' }, h('span', {}, name, ' ', h('span', { class: 'version' }, version)));
  });
  const rows = lines.map((number) => {
    const line = table.lines[number];
    return h('tr', { class: line.split ? 'split' : '' },
      h('th', { scope: 'row', title: line.shown }, h('span', { class: 'name' }, line.name),
        h('code', {}, line.shown)),
      columns.map((column) => {
        const cell = line.cells[column];
        const outcome = cell ? cell.outcome : 'untried';
        return h('td', {
          class: outcome, tabindex: -1, 'data-line': number, 'data-stack': column,
          'aria-label': cell ? cell.reading : 'not tried',
        }, cell ? OUTCOMES[outcome].sign : null);
      }));
  });
  const scrolled = $('grid');
  draw(scrolled, h('table', { role: 'grid', 'aria-label': 'Lines by stacks', 'aria-rowcount': rows.length + 1 },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Line'), head)),
    h('tbody', {}, rows)));
  const first = scrolled.querySelector('td');
  if (first) first.tabIndex = 0;
  choose();
}

// Marks the cell that the address names, and says all there is to say of it.
function choose() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  for (const old of $('grid').querySelectorAll('[aria-selected]')) old.removeAttribute('aria-selected');
  const line = table.lines.find((one) => one.name === wanted.get('line'));
  if (!wanted.get('line')) { draw($('cell')); return; }
  if (!line) { draw($('cell'), h('p', {}, `There is no line ${wanted.get('line')} in the table.`)); return; }
  const column = table.stacks.findIndex((one) => one.id === wanted.get('stack'));
  const stack = table.stacks[column];
  const selector = `td[data-line="${table.lines.indexOf(line)}"]`;
  const cell = $('grid').querySelector(stack ? `${selector}[data-stack="${column}"]` : selector);
  if (cell && stack) {
    for (const old of $('grid').querySelectorAll('td[tabindex="0"]')) old.tabIndex = -1;
    cell.tabIndex = 0;
    cell.setAttribute('aria-selected', 'true');
  }
  if (cell && !$('grid').contains(document.activeElement)) cell.scrollIntoView({ block: 'center', inline: 'center' });
  drawCell(line, stack, column);
}

function drawCell(line, stack, column) {
  const reading = stack ? line.cells[column] : null;
  const judged = line.policy ? `${line.policy} accepts it` : `every policy refuses it: ${line.fault}`;
  draw($('cell'), h('div', { class: 'chosen' },
    h('p', {}, h('strong', {}, line.name), ' ', h('code', {}, line.shown)),
    h('p', { class: 'quiet' }, [judged, line.deviations.join(', ')].filter(Boolean).join(', with '), '.'),
    stack
      ? h('p', {}, h('strong', {}, stack.name), ` ${stack.version}: `,
        reading
          ? h('span', { class: reading.outcome }, sign(reading.outcome), ' ', reading.reading,
            reading.instead ? [': ', h('code', {}, reading.instead)] : null, '.')
          : 'not tried with it.',
        h('span', { class: 'quiet' }, ` ${stack.language}; ${stack.driven}`, stack.note ? `; ${stack.note}` : null, '.'))
      : null,
    h('p', { class: 'bar' },
      h('button', { type: 'button', on: { click: () => copy(location.href, 'a link to this cell') } }, 'Copy a link to this cell'),
      h('a', { href: `#${new URLSearchParams({ paste: line.hex, form: 'hex' })}` }, 'Judge this line'))));
}

function moveInGrid(event) {
  const cell = event.target.closest('td');
  const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  if (!cell) return;
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    chooseCell(cell);
    return;
  }
  if (!steps[event.key] && event.key !== 'Home' && event.key !== 'End') return;
  event.preventDefault();
  const row = cell.parentElement;
  const cells = [...row.querySelectorAll('td')];
  let target;
  if (event.key === 'Home') [target] = cells;
  else if (event.key === 'End') target = cells.at(-1);
  else {
    const [down, right] = steps[event.key];
    const rows = row.parentElement.children;
    const next = rows[[...rows].indexOf(row) + down];
    target = next?.querySelectorAll('td')[cells.indexOf(cell) + right];
  }
  if (!target) return;
  cell.tabIndex = -1;
  target.tabIndex = 0;
  target.focus();
}

const chooseCell = (cell) => {
  location.hash = cellLink(table.lines[cell.dataset.line].name, table.stacks[cell.dataset.stack].id);
};

// Captures -----------------------------------------------------------------------------------------------------

const PAGE = 200;
let worker = null;
let capture = null;

function readCapture(file) {
  stopReading();
  capture = { file, rows: [], shown: [], page: 0, filter: '', text: '', summary: null, read: 0, began: performance.now() };
  draw($('summary'));
  draw($('responses'));
  draw($('capture-line'));
  $('capture-status').textContent = '';
  $('progress').value = 0;
  $('reading').hidden = false;
  const code = [$('glue').textContent, $('worker').textContent];
  const address = URL.createObjectURL(new Blob(code, { type: 'text/javascript' }));
  worker = new Worker(address);
  URL.revokeObjectURL(address);
  worker.onmessage = ({ data }) => {
    if (data.rows) {
      const rows = JSON.parse(data.rows);
      const first = !capture.rows.length && rows.length;
      for (const row of rows) capture.rows.push(row);
      if (first) drawResponses();
    } else if (data.read !== undefined) {
      capture.read = data.read;
      $('progress').value = file.size ? data.read / file.size : 1;
      $('read-so-far').textContent = `${megabytes(data.read)} of ${megabytes(file.size)}, ${count(capture.rows.length)} responses`;
    } else if (data.summary) {
      endReading(JSON.parse(data.summary));
    } else {
      endReading(null, data.error);
    }
  };
  worker.onerror = (event) => endReading(null, event.message);
  worker.postMessage({ wasm: module, file });
}

const megabytes = (octets) => `${(octets / 1e6).toFixed(1)} MB`;

function stopReading() {
  worker?.terminate();
  worker = null;
  $('reading').hidden = true;
}

function endReading(summary, error) {
  stopReading();
  capture.summary = summary;
  const seconds = (performance.now() - capture.began) / 1000;
  const { file, rows } = capture;
  const took = `${count(rows.length)} responses in ${megabytes(capture.read)} of ${file.name}, in ${seconds.toFixed(1)} s.`;
  if (error) $('capture-status').textContent = visible(`${error} ${took}`);
  else if (summary.end) $('capture-status').textContent = visible(`Not read to its end: ${summary.end}. ${took}`);
  else $('capture-status').textContent = visible(took);
  if (summary) drawSummary(summary);
  drawResponses();
}

function drawSummary(summary) {
  const bars = (title, counts, name = (one) => one.name) => {
    if (!counts.length) return null;
    const most = Math.max(...counts.map((one) => one.count));
    const rows = (of) => h('table', { class: 'bars', 'aria-label': title }, h('tbody', {}, of.map((one) => h('tr', {},
      h('th', { scope: 'row' }, name(one)),
      h('td', {}, count(one.count)),
      h('td', { 'aria-hidden': 'true' }, h('meter', { min: 0, max: most, value: one.count }))))));
    const rest = counts.slice(12);
    return h('section', {}, h('h3', {}, title), rows(counts.slice(0, 12)),
      rest.length ? h('details', {}, h('summary', {}, `${count(rest.length)} more`), rows(rest)) : null);
  };
  const phrase = (code) => JSON.parse(wasm_bindgen.card(Number(code))).phrase ?? '';
  draw($('summary'),
    h('p', {}, h('strong', {}, `${count(summary.accepted + summary.refused)} status-lines`),
      `: ${count(summary.accepted)} accepted (${count(summary.deviating)} with deviations), ${count(summary.refused)} refused, in ${count(summary.packets)} packets.`),
    h('div', { class: 'columns' },
      bars('Codes', [...summary.codes].sort((a, b) => a.name - b.name), (one) => [h('code', { class: `class-${one.name[0]}` }, one.name), ` ${phrase(one.name)}`]),
      bars('Other phrases', summary.phrases),
      bars('Deviations', summary.deviations, (one) => h('code', {}, one.name)),
      bars('Refused', summary.errors, (one) => h('code', {}, one.name)),
      bars('Senders', summary.senders),
      bars('Transports', summary.transports),
      bars('Not read', summary.skipped)));
}

const ROW_FILTERS = {
  '': ['all', () => true],
  odd: ['refused or with deviations', (row) => row.error || row.deviations.length],
  refused: ['refused', (row) => row.error],
  phrase: ['with another phrase', (row) => !row.error && row.phrase_match !== 'exact'],
  failed: ['failures: 4xx to 6xx', (row) => row.code >= 400],
};

function drawResponses() {
  const controls = h('form', { class: 'bar', role: 'search', 'aria-label': 'Responses', on: { submit: (event) => event.preventDefault() } },
    h('label', {}, 'Show ', h('select', { on: { change: (event) => { capture.filter = event.target.value; capture.page = 0; drawRows(); } } },
      Object.entries(ROW_FILTERS).map(([value, [name]]) => h('option', { value, selected: value === capture.filter }, name)))),
    h('label', {}, 'Find ', h('input', {
      type: 'search', placeholder: 'code, phrase, address, Call-ID', value: capture.text,
      on: { input: (event) => { capture.text = event.target.value.toLowerCase(); capture.page = 0; drawRows(); } },
    })),
    h('button', { type: 'button', id: 'previous', on: { click: () => { capture.page -= 1; drawRows(); } } }, 'Previous'),
    h('button', { type: 'button', id: 'next', on: { click: () => { capture.page += 1; drawRows(); } } }, 'Next'),
    h('output', { class: 'quiet', id: 'rows-shown' }));
  draw($('responses'), controls,
    h('div', { class: 'scroll', id: 'rows', tabindex: 0, role: 'region', 'aria-label': 'The responses' }));
  drawRows();
}

function drawRows() {
  const [, isWanted] = ROW_FILTERS[capture.filter];
  const { text } = capture;
  const has = (row) => !text || [row.code, row.reason, row.src, row.dst, row.method, row.call_id, row.error?.message]
    .some((value) => value !== null && value !== undefined && String(value).toLowerCase().includes(text));
  const wanted = capture.rows.filter((row) => isWanted(row) && has(row));
  const from = capture.page * PAGE;
  const shown = wanted.slice(from, from + PAGE);
  $('previous').disabled = from === 0;
  $('next').disabled = from + PAGE >= wanted.length;
  $('rows-shown').textContent = wanted.length
    ? `${count(from + 1)} to ${count(from + shown.length)} of ${count(wanted.length)}` : 'none';
  draw($('rows'), h('table', { class: 'responses', 'aria-label': 'The responses; a frame number shows its line above' },
    h('thead', {}, h('tr', {}, ['Frame', 'Time, UTC', 'Code', 'Phrase', 'Odd', 'Request', 'From', 'To', 'Over']
      .map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, shown.map((row) => {
      const code = row.code ?? row.error?.code ?? '–';
      const cells = [
        h('button', { type: 'button', 'aria-label': `Frame ${row.record}: show its line` }, row.record),
        clock(row.time),
        h('strong', { class: `class-${String(code)[0]}` }, code),
        row.error ? 'refused' : row.reason,
        odd(row), row.method ?? '', row.src, row.dst, row.transport,
      ];
      return h('tr', { class: row.error ? 'no' : row.deviations.length ? 'deviating' : '', on: { click: () => showRow(row) } },
        cells.map((cell) => h('td', {}, cell)));
    }))));
}

function odd(row) {
  const words = [...row.deviations];
  if (row.error) words.push(row.error.message);
  else if (row.phrase_match !== 'exact') words.push(`(${row.phrase_match})`);
  if (row.where !== 'start') words.push(`(${row.where})`);
  if (row.repeated) words.push('(repeated)');
  return words.join(' ');
}

const clock = (time) => {
  if (time === null) return '';
  const date = new Date(Number(time) * 1000);
  return Number.isNaN(date.getTime()) ? time : date.toISOString().slice(11, 23);
};

function showRow(row) {
  const judgement = JSON.parse(wasm_bindgen.judge(row.hex, 'hex', 0));
  draw($('capture-line'),
    h('h3', {}, `Frame ${row.record}, ${row.src} to ${row.dst}`, row.call_id ? `, Call-ID ${row.call_id}` : null,
      row.sender ? `, by ${row.sender}` : null),
    octets(judgement),
    answers(judgement),
    h('p', {}, h('a', { href: `#${new URLSearchParams({ paste: row.hex, form: 'hex' })}` }, 'All there is to say of this line')));
  $('capture-line').scrollIntoView({ block: 'nearest' });
}

// The registry -------------------------------------------------------------------------------------------------

let cards = null;

function registry() {
  cards ??= new Map(JSON.parse(wasm_bindgen.cards()).map((card) => [card.code, card]));
  const codes = [...wasm_bindgen.search_codes($('query').value)];
  $('code-count').textContent = `${codes.length} of ${cards.size} codes`;
  const wanted = Number(new URLSearchParams(location.hash.slice(1)).get('code'));
  draw($('codes'), h('table', { 'aria-label': 'Response codes' },
    h('thead', {}, h('tr', {}, ['Code', 'Phrase', 'Status', 'Defined in'].map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, codes.map((code) => {
      const card = cards.get(code);
      return h('tr', { class: code === wanted ? 'chosen' : '' },
        h('td', {}, h('a', { href: `#code=${code}`, class: `class-${card.digit}`, 'aria-current': code === wanted ? 'true' : null }, code)),
        h('td', {}, card.phrase ?? ''),
        h('td', {}, card.status),
        h('td', {}, source(card.defined_in)));
    }))));
  const chosen = cards.get(wanted) ?? cards.get(codes[0]);
  draw($('card'), chosen ? codeCard(chosen) : h('p', {}, 'No code is known by that.'));
}

function codeCard(card) {
  const worded = card.wordings.filter((wording) => wording.origin !== 'translation');
  const translated = card.wordings.filter((wording) => wording.origin === 'translation');
  const wordings = (list) => list.map((wording, at) => [at ? '; ' : '', wording.phrase, h('span', { class: 'quiet' }, ` ${wording.source}`)]);
  return h('article', { class: 'card' },
    h('h3', {}, h('span', { class: `class-${card.digit}` }, card.code), ` ${card.phrase ?? ''}`),
    h('p', {}, `${card.digit}xx ${card.class.replace('-', ' ')}; `,
      card.registered ? 'registered' : 'not registered', `, ${card.status}`,
      card.defined_in.length ? [': ', source(card.defined_in)] : null),
    card.summary ? h('p', { class: 'summary' }, card.summary) : null,
    h('dl', {},
      card.rows.map((row) => h('div', {}, h('dt', {}, row.name), h('dd', {}, row.text,
        row.source.length ? h('span', { class: 'quiet' }, ' (', source(row.source), ')') : null))),
      worded.length ? h('div', {}, h('dt', {}, 'also worded'), h('dd', {}, wordings(worded))) : null,
      translated.length
        ? h('div', {}, h('dt', {}, 'translated'), h('dd', {}, h('details', {}, h('summary', {}, translated.length === 1 ? '1 wording' : `${translated.length} wordings`), wordings(translated))))
        : null));
}

// The views ----------------------------------------------------------------------------------------------------

function route() {
  const hash = location.hash.slice(1);
  const wanted = new URLSearchParams(hash);
  let view = 'paste';
  if (wanted.has('line') || hash === 'browse') view = 'browse';
  else if (hash === 'capture') view = 'capture';
  else if (wanted.has('code') || hash === 'registry') view = 'registry';
  for (const section of document.querySelectorAll('main > section')) section.hidden = section.id !== `view-${view}`;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.dataset.view === view) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (view === 'paste' && wanted.get('paste')) paste(wanted.get('paste'), wanted.get('form') ?? '');
  if (view === 'browse') browse();
  if (view === 'registry') registry();
}

function listen() {
  $('pasted').addEventListener('input', () => judge());
  $('form').addEventListener('change', () => judge());
  $('clear').addEventListener('click', () => { paste(''); $('pasted').focus(); });
  $('share').addEventListener('click', () => {
    const fragment = new URLSearchParams({ paste: $('pasted').value, form: $('form').value });
    copy(`${location.href.split('#')[0]}#${fragment}`, 'a link to this line');
  });
  draw($('examples'), h('p', { class: 'quiet' }, 'Or try one of these. A capture can be dropped anywhere on this page.'),
    EXAMPLES.map(([name, line]) => h('button', { type: 'button', on: { click: () => paste(line) } },
      h('span', { class: 'quiet' }, name), h('code', {}, line))));
  $('filter').addEventListener('input', drawGrid);
  $('filter').addEventListener('submit', (event) => event.preventDefault());
  $('grid').addEventListener('keydown', moveInGrid);
  $('grid').addEventListener('click', (event) => {
    const cell = event.target.closest('td');
    if (cell) chooseCell(cell);
  });
  $('query').addEventListener('input', registry);
  $('code-search').addEventListener('submit', (event) => event.preventDefault());
  $('file').addEventListener('change', (event) => { if (event.target.files[0]) readCapture(event.target.files[0]); });
  $('stop').addEventListener('click', () => endReading(null, 'Stopped.'));
  const carriesFiles = (event) => [...event.dataTransfer.types].includes('Files');
  addEventListener('dragover', (event) => { if (carriesFiles(event)) event.preventDefault(); });
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    location.hash = 'capture';
    readCapture(event.dataTransfer.files[0]);
  });
  $('theme').addEventListener('change', (event) => { document.documentElement.dataset.theme = event.target.value; });
  addEventListener('hashchange', route);
}

// The WebAssembly module, which the worker gets too.
let module = null;

(async () => {
  const text = atob($('wasm').textContent);
  $('wasm').remove();
  module = await WebAssembly.compile(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  wasm_bindgen.initSync({ module });
  listen();
  judge();
  route();
  document.documentElement.dataset.ready = Math.round(performance.now());
})();
