// Measures how long the page takes to be ready, and how fast it reads a capture of 100 MB.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { By } from 'selenium-webdriver';
import { open, openBrowser, repository } from './browser.js';

const folder = mkdtempSync(join(tmpdir(), 'sip-status-page-files-'));
const { driver, close } = await openBrowser();
const middle = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
try {
  const ready = [];
  for (let run = 0; run < 11; run += 1) {
    await open(driver);
    ready.push(Number(await driver.executeScript('return document.documentElement.dataset.ready')));
  }
  console.log(`ready after ${middle(ready)} ms, the middle of ${ready.length}: ${ready.join(' ')}`);

  // A call between SIPp and SIPp, again and again: a quarter of the packets are responses.
  const call = readFileSync(repository('corpus/captures/sipp-default-udp.pcap'));
  const packets = call.subarray(24);
  const copies = Math.ceil(100e6 / packets.length);
  const path = join(folder, 'large.pcap');
  writeFileSync(path, Buffer.concat([call.subarray(0, 24), ...Array(copies).fill(packets)]));
  const rates = [];
  for (let run = 0; run < 3; run += 1) {
    await open(driver, '#capture');
    await (await driver.findElement(By.id('file'))).sendKeys(path);
    await driver.wait(() => driver.executeScript('return capture !== null && worker === null'), 600000);
    const status = await driver.findElement(By.id('capture-status')).getText();
    const [, seconds] = status.match(/in ([\d.]+) s\.$/);
    rates.push(Math.round(100 / Number(seconds)));
    console.log(status);
  }
  console.log(`${middle(rates)} MB/s, the middle of ${rates.length}`);
} finally {
  await close();
  rmSync(folder, { recursive: true, force: true });
}
