// Takes a picture of each view, at two widths, light and dark, into the folder that is named, and the one for the README.
// CAPTURE is the capture that the view of captures shows.
import { mkdirSync, writeFileSync } from 'node:fs';
import { open, openBrowser } from './browser.js';

const [folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const line = (text) => `#${new URLSearchParams({ paste: text, form: 'escaped' })}`;
const views = {
  empty: '',
  line: line('SIP/2.0 480\\r\\n'),
  legal: line('SIP/2.0 486 On a call, try later\\r\\nVia: x\\r\\n'),
  refused: line('SIP/2.0 4294967301 better not\\r\\n'),
  hostile: line('SIP/2.0 200 <script>\\u{202e}\\x07\\"é\\n'),
  browse: '#line=reason_empty_noSP&stack=libosip2-5.3.0',
  registry: '#code=486',
  capture: '#capture',
};
const { driver, close } = await openBrowser();
try {
  for (const width of [360, 1600]) {
    for (const theme of ['light', 'dark']) {
      for (const [name, fragment] of Object.entries(views)) {
        await driver.sendDevToolsCommand('Emulation.setDeviceMetricsOverride',
          { width, height: width < 600 ? 740 : 1000, deviceScaleFactor: 1, mobile: false });
        await open(driver, fragment);
        await driver.executeScript(`document.documentElement.dataset.theme = '${theme}'`);
        if (name === 'capture') {
          await driver.findElement({ id: 'file' }).sendKeys(process.env.CAPTURE);
          await driver.wait(() => driver.executeScript('return capture?.summary !== null && capture !== null'), 60000);
          await driver.executeScript('showRow(capture.rows.find((row) => row.error || row.deviations.length) ?? capture.rows[0])');
        }
        await driver.executeScript('scrollTo(0, 0)');
        await new Promise((done) => setTimeout(done, 150));
        const wide = await driver.executeScript('return document.documentElement.scrollWidth');
        if (wide > width) console.log(`${name} at ${width}: ${wide} wide`);
        const height = await driver.executeScript('return document.documentElement.scrollHeight');
        const { data } = await driver.sendAndGetDevToolsCommand('Page.captureScreenshot',
          { captureBeyondViewport: true, clip: { x: 0, y: 0, width, height: Math.min(height, 3000), scale: 1 } });
        writeFileSync(`${folder}/${name}-${width}-${theme}.png`, Buffer.from(data, 'base64'));
      }
    }
  }
  const shape = { width: 1200, height: 800, deviceScaleFactor: 1, mobile: false };
  await driver.sendDevToolsCommand('Emulation.setScrollbarsHidden', { hidden: true });
  await driver.sendDevToolsCommand('Emulation.setDeviceMetricsOverride', shape);
  await open(driver, views.line);
  const { data } = await driver.sendAndGetDevToolsCommand('Page.captureScreenshot', {});
  writeFileSync(`${folder}/page.png`, Buffer.from(data, 'base64'));
  const logs = await driver.manage().logs().get('browser');
  for (const entry of logs) console.log(entry.level.name, entry.message);
} finally {
  await close();
}
