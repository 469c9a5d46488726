// The page in a real browser, from disk: what it says, and that it says the same as the tool.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { By, Key } from 'selenium-webdriver';
import { open, openBrowser, page, repository, target } from './browser.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const captures = repository('corpus/captures');
const folder = mkdtempSync(join(tmpdir(), 'sip-status-page-files-'));
let browser;
let driver;

before(async () => {
  browser = await openBrowser();
  driver = browser.driver;
  // What the browser itself fetched for its first tab is not ours.
  await driver.get('about:blank');
  await driver.manage().logs().get('performance');
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (script, ...given) => driver.executeScript(script, ...given);
const text = (selector) => run('return document.querySelector(arguments[0])?.textContent ?? null', selector);
const texts = (selector) => run('return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)', selector);
const link = (parameters) => `#${new URLSearchParams(parameters)}`;
const until = (script, ...given) => driver.wait(() => run(script, ...given), 60000, script);

// What the tool says, whatever its exit status.
function tool(given, input) {
  try {
    return execFileSync(join(target, 'debug/sip-status'), given, { input, maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'ignore'] }).toString();
  } catch (error) {
    return error.stdout.toString();
  }
}

async function paste(line) {
  await run(`document.getElementById('pasted').value = ''`);
  const field = await driver.findElement(By.id('pasted'));
  await field.clear();
  await field.sendKeys(line);
}

test('a line that is typed is judged as it is typed', async () => {
  await open(driver);
  assert.equal(await text('.answers'), null);
  await paste('SIP/2.0 486 Busy Here');
  assert.match(await text('#note'), /CR LF added/);
  assert.match(await text('.tile'), /Is it legal\?✓Legal/);
  assert.deepEqual(await texts('.part .octets'), ['SIP/2.0', '·', '486', '·', 'Busy Here', '\\r\\n']);
  assert.deepEqual(await texts('.part .caption'), ['version', '', 'code', '', 'phrase', 'line end']);
  assert.match(await text('.facts'), /486 client error/);
  assert.match(await text('.card'), /Busy Here.*RFC 3261 §21\.4\.24.*Q\.850 cause17/s);
  await paste('SIP/2.0 480');
  assert.match(await text('.answers'), /Not legal, but understood.*NO_REASON_SPACE.*misread it/s);
  assert.deepEqual(await texts('.line mark'), ['\\r']);
});

test('each policy says what check says, with its caret', async () => {
  const policies = ['STRICT', 'INTEROP', 'OBSERVE'];
  for (const [line, accepting] of [
    ['SIP/2.0 486 Busy Here\\r\\n', 3],
    ['SIP/2.0 480\\r\\n', 2],
    ['SIP/2.0 200 "OK"\\r\\n', 2],
    ['SIP/2.0\\t200 OK\\r\\n', 1],
    ['SIP/2.0 200 OK\\n', 1],
    ['SIP/2.0 999 Nope\\r\\n', 0],
    ['SIP/2.0 0200 OK\\r\\n', 0],
    ['SIP/2.0 200 a\\x00b\\r\\n', 0],
  ]) {
    await open(driver, link({ paste: line, form: 'escaped' }));
    const said = await run(`return [...document.querySelectorAll('.policies li')].map((one) => ({
      names: one.querySelector('strong').textContent.split(', '), yes: one.className === 'yes',
      excerpt: one.querySelector('pre')?.textContent }))`);
    assert.deepEqual(said.flatMap(({ names }) => names), policies);
    assert.equal(said.filter(({ yes }) => yes).length, accepting, line);
    const octets = Buffer.from(JSON.parse(`"${line.replaceAll('"', '\\"').replaceAll('\\x', '\\u00')}"`), 'latin1');
    for (const { names, yes, excerpt } of said) {
      const checked = tool(['check', '--input', 'raw', '--policy', names[0].toLowerCase()], octets);
      assert.equal(/: error: /.test(checked), !yes, checked);
      if (!yes) assert.ok(checked.includes(excerpt.replace(/^/gm, '    ')), `${checked}\n${excerpt}`);
    }
  }
});

test('a link leads to a cell, and the keyboard to the next', async () => {
  await open(driver, link({ line: 'reason_empty_noSP', stack: 'libosip2-5.3.1' }));
  assert.match(await text('#cell'), /reason_empty_noSP.*INTEROP accepts it.*libosip2 5\.3\.1: ≠ a header taken for the phrase/s);
  const seen = await run(`const cell = document.querySelector('[aria-selected]').getBoundingClientRect();
    const grid = document.getElementById('grid').getBoundingClientRect();
    return cell.left > grid.left && cell.right <= grid.right && cell.top > grid.top && cell.bottom <= grid.bottom`);
  assert.ok(seen, 'the cell is out of sight');
  const cell = await driver.findElement(By.css('[aria-selected]'));
  await cell.sendKeys(Key.ARROW_RIGHT);
  await (await driver.switchTo().activeElement()).sendKeys(Key.ARROW_DOWN);
  await (await driver.switchTo().activeElement()).sendKeys(Key.ENTER);
  await until(`return location.hash === '#line=ver_lower&stack=libre-1.1.0'`);
  assert.match(await text('#cell'), /ver_lower.*libre 1\.1\.0: ✓ as written/s);
});

test('the table is filtered', async () => {
  await open(driver, '#browse');
  const all = (await texts('#grid tbody tr')).length;
  assert.ok(all > 250);
  const choose = (name, value) => run(`const field = document.getElementById('filter').elements[arguments[0]];
    field.value = arguments[1]; field.dispatchEvent(new Event('input', { bubbles: true }))`, name, value);
  await choose('deviation', 'BARE_LF');
  const lines = await texts('#grid tbody th code');
  assert.ok(lines.length > 0 && lines.length < all);
  assert.ok(lines.every((line) => /(?<!\\r)\\n/.test(line)), lines.join());
  await choose('stack', 'tshark-4.0.17');
  assert.equal((await texts('#grid thead th')).length, 2);
  await choose('only', 'split');
  assert.match(await text('#browse-count'), /of \d+ lines/);
});

test('a code is found by number, wording and RFC', async () => {
  await open(driver, '#registry');
  const query = await driver.findElement(By.id('query'));
  for (const [words, code] of [['48', '480'], ['internal server error', '500'], ['RFC 3262', '183']]) {
    await query.clear();
    await query.sendKeys(words);
    const codes = await texts('#codes tbody td:first-child');
    if (words === 'RFC 3262') assert.ok(codes.length < 10);
    else assert.ok(codes.includes(code), `${words}: ${codes}`);
  }
  await open(driver, '#code=603');
  assert.match(await text('#card h3'), /603 Decline/);
  const links = await run(`return [...document.querySelectorAll('#card a')].map((one) => one.href)`);
  assert.ok(links.length > 5 && links.every((one) => one.startsWith('https://www.rfc-editor.org/rfc/rfc')));
});

const FIELDS = ['record', 'time', 'src', 'dst', 'transport', 'where', 'method', 'call_id', 'code', 'reason', 'phrase_match',
  'deviations', 'error', 'repeated'];

async function readCapture(path) {
  await run('location.hash = "capture"; capture = null; document.getElementById("file").value = ""');
  await (await driver.findElement(By.id('file'))).sendKeys(path);
  await until('return capture !== null && worker === null');
}

const read = () => run('return { rows: capture.rows, summary: capture.summary }');

test('every capture of the corpus has the rows and the sums of decode', async () => {
  await open(driver, '#capture');
  const files = readdirSync(captures);
  assert.ok(files.length > 50);
  let all = 0;
  for (const file of files) {
    const path = join(captures, file);
    await readCapture(path);
    const { rows, summary } = await read();
    const told = tool(['decode', '--format', 'json', path]).trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
    const fields = (row) => Object.fromEntries(FIELDS.map((name) => [name, row[name]]));
    assert.deepEqual(rows.map(fields), told.map(fields), file);
    const sums = JSON.parse(tool(['decode', '--summary', '--format', 'json', path]));
    for (const name of ['packets', 'accepted', 'deviating', 'refused']) assert.equal(summary[name], sums[name], `${file}: ${name}`);
    const pairs = (counts) => Object.fromEntries(counts.map((one) => [one.name, one.count]));
    assert.deepEqual(pairs(summary.codes), Object.fromEntries(sums.codes.map((one) => [one.code, one.count])), file);
    assert.deepEqual(pairs(summary.deviations), pairs(sums.deviations), file);
    assert.deepEqual(pairs(summary.errors), pairs(sums.errors), file);
    assert.deepEqual(pairs(summary.skipped), sums.skipped, file);
    assert.deepEqual(pairs(summary.transports), sums.transports, file);
    all += rows.length;
  }
  assert.ok(all > 1000, `${all} rows`);
});

test('a capture that is dropped is listed, and a row shows its line', async () => {
  const path = join(captures, 'sipp-odd-reasons-tcp.pcapng');
  await open(driver);
  await (await driver.findElement(By.id('file'))).sendKeys(path).catch(() => {});
  await run(`const data = new DataTransfer();
    data.items.add(document.getElementById('file').files[0] ?? new File([Uint8Array.from(atob(arguments[0]), (c) => c.charCodeAt(0))], 'a.pcapng'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))`,
  readFileSync(path).toString('base64'));
  await until('return capture !== null && worker === null && !document.getElementById("view-capture").hidden');
  const told = tool(['decode', '--format', 'json', path]).trim().split('\n').map((line) => JSON.parse(line));
  const shown = await run(`return [...document.querySelectorAll('.responses tbody tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent))`);
  assert.deepEqual(shown.map((row) => [row[0], row[2]]), told.map((row) => [String(row.record), String(row.code)]));
  await (await driver.findElement(By.css('.responses tbody button'))).click();
  assert.match(await text('#capture-line'), /Frame 6.*NO_REASON_SPACE/s);
});

// A capture in the old format, of raw IPv4 with a datagram for each payload.
function pcap(payloads) {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65535, 16);
  header.writeUInt32LE(101, 20);
  const packets = payloads.map((payload) => {
    const udp = Buffer.alloc(8);
    udp.writeUInt16BE(5060, 0);
    udp.writeUInt16BE(5060, 2);
    udp.writeUInt16BE(8 + payload.length, 4);
    const ip = Buffer.from('450000000000000040110000c0000201c0000202', 'hex');
    ip.writeUInt16BE(28 + payload.length, 2);
    const record = Buffer.alloc(16);
    record.writeUInt32LE(28 + payload.length, 8);
    record.writeUInt32LE(28 + payload.length, 12);
    return Buffer.concat([record, ip, udp, payload]);
  });
  return Buffer.concat([header, ...packets]);
}

test('reading a large capture can be stopped', async () => {
  const path = join(folder, 'large.pcap');
  const payload = Buffer.from(`SIP/2.0 200 OK\r\nCall-ID: a\r\nX: ${'x'.repeat(60)}\r\n\r\n`);
  const one = pcap(Array(10000).fill(payload));
  writeFileSync(path, Buffer.concat([one, ...Array(60).fill(one.subarray(24))]));
  await open(driver, '#capture');
  await readCapture(path);
  const stopped = await driver.executeAsyncScript(`const [done] = arguments;
    const { length } = capture.rows;
    readCapture(capture.file);
    worker.addEventListener('message', () => {
      if (!capture.rows.length) return;
      document.getElementById('stop').click();
      const before = capture.rows.length;
      setTimeout(() => done({ all: length, before, after: capture.rows.length, working: worker !== null }), 300);
    });`);
  assert.match(await text('#capture-status'), /^Stopped\. [\d,]+ responses in/);
  assert.equal(stopped.all, 610000);
  assert.ok(stopped.before > 0 && stopped.before < stopped.all);
  assert.deepEqual([stopped.after, stopped.working], [stopped.before, false]);
});

test('strangers write no markup and nothing that is not seen', async () => {
  const hostile = ['<script>hit=1</script>', '<img src=x onerror="hit=1">', '\u202eevil\u202c', 'a\u0007b\u001b[31m', '\u200b\ufeff\u2028',
    '{{hit=1}}', '</textarea><script>hit=1</script>', '\u061c\u2066', '\u{e0041}'];
  const clean = async (where) => {
    assert.equal(await run('return typeof hit'), 'undefined', where);
    const found = await run(`return { text: document.body.innerText, attributes: [...document.querySelectorAll('main *')]
      .flatMap((one) => [...one.attributes].map((attribute) => attribute.value)).join(' '),
      elements: document.querySelectorAll('main script, main img, main iframe, main object').length }`);
    assert.equal(found.elements, 0, where);
    // The field holds what was pasted; everything else is ours.
    assert.doesNotMatch(found.text.replaceAll(/[\n\t]/g, ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, where);
    assert.doesNotMatch(found.attributes, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, where);
  };
  for (const words of hostile) {
    for (const line of [`SIP/2.0 200 ${words}\r\nVia: ${words}`, words, `${words} SIP/2.0 200 OK`, `SIP/2.0 200 OK\r\n${words}SIP/2.0 100 ${words}`]) {
      await open(driver, link({ paste: line, form: 'text' }));
      await clean(line);
    }
    await open(driver, link({ line: words, stack: words }));
    await clean(words);
    await open(driver, link({ code: words }));
    await clean(words);
  }
  const path = join(folder, `${'<img src=x onerror=hit=1>'}\u202e.pcap`);
  writeFileSync(path, pcap(hostile.map((words) => Buffer.from(
    `SIP/2.0 200 ${words}\r\nCall-ID: ${words}\r\nCSeq: 1 ${words}\r\nServer: ${words}\r\n\r\n`))));
  await open(driver, '#capture');
  await readCapture(path);
  const { rows } = await read();
  assert.equal(rows.length, hostile.length);
  for (const button of await driver.findElements(By.css('.responses tbody button'))) {
    await button.click();
    await clean('a row');
  }
});

test('axe finds nothing, in any view, width or colours', async () => {
  const views = {
    empty: '',
    line: link({ paste: 'SIP/2.0 480\\r\\n', form: 'escaped' }),
    refused: link({ paste: 'SIP/2.0 200 a\\x00<\\r\\n', form: 'escaped' }),
    log: link({ paste: 'a SIP/2.0 100 Trying\nb SIP/2.0 200 OK', form: 'text' }),
    browse: link({ line: 'reason_empty_noSP', stack: 'libosip2-5.3.0' }),
    capture: '#capture',
    registry: '#code=486',
  };
  const path = join(captures, 'sipp-odd-reasons-tcp.pcapng');
  for (const width of [360, 1600]) {
    await driver.sendDevToolsCommand('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: false });
    for (const [name, fragment] of Object.entries(views)) {
      await open(driver, fragment);
      if (name === 'capture') {
        await readCapture(path);
        await run('showRow(capture.rows[0])');
      }
      const wide = await run('return document.documentElement.scrollWidth');
      assert.ok(wide <= width, `${name} is ${wide} wide at ${width}`);
      if (name === 'browse') {
        // All its cells are alike, and axe looks at each.
        await run(`document.getElementById('filter').elements.text.value = 'reason_empty_noSP'; drawGrid()`);
      }
      await run(axe);
      for (const theme of ['light', 'dark']) {
        await run('document.documentElement.dataset.theme = arguments[0]', theme);
        const found = await driver.executeAsyncScript(`axe.run({ resultTypes: ['violations'], ${theme === 'dark' ? "runOnly: ['color-contrast']" : ''} }).then(arguments[0])`);
        const told = found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`);
        assert.deepEqual(told, [], `${name}, ${width}, ${theme}`);
      }
    }
  }
  await driver.sendDevToolsCommand('Emulation.clearDeviceMetricsOverride', {});
});

// Last, since it makes the browser complain.
test('nothing was fetched, nothing complained, and nothing could be fetched', async () => {
  const requests = (await driver.manage().logs().get('performance'))
    .map((entry) => JSON.parse(entry.message).message)
    .filter((message) => message.method === 'Network.requestWillBeSent')
    .map((message) => message.params.request.url.split('#')[0]);
  assert.ok(requests.includes(page));
  const others = requests.filter((url) => url !== page && url !== 'about:blank' && !/^(blob:null|blob:file)/.test(url));
  assert.deepEqual(others, []);
  const complaints = (await driver.manage().logs().get('browser')).map((entry) => entry.message);
  assert.deepEqual(complaints, []);
  await open(driver);
  const refused = await driver.executeAsyncScript(`const [done] = arguments;
    addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));
    fetch('http://127.0.0.1:9/').catch(() => {});`);
  assert.equal(refused, 'connect-src');
});
