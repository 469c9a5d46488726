// A browser that shows the page from disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Builder, logging } from 'selenium-webdriver';
import chrome from 'selenium-webdriver/chrome.js';

// A path from the folder of the repository.
export const repository = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
export const target = process.env.CARGO_TARGET_DIR ?? repository('target');
export const page = pathToFileURL(join(target, 'page/sip-status.html')).href;

// A browser with an empty profile, and the way to close it.
export async function openBrowser() {
  const profile = mkdtempSync(join(tmpdir(), 'sip-status-page-'));
  const options = new chrome.Options()
    .setChromeBinaryPath('/usr/bin/chromium')
    .addArguments('--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', `--user-data-dir=${profile}`);
  const logs = new logging.Preferences();
  logs.setLevel(logging.Type.BROWSER, logging.Level.ALL);
  logs.setLevel(logging.Type.PERFORMANCE, logging.Level.ALL);
  options.setLoggingPrefs(logs);
  const driver = await new Builder().forBrowser('chrome').setChromeOptions(options)
    .setChromeService(new chrome.ServiceBuilder('/usr/bin/chromedriver')).build();
  return {
    driver,
    async close() {
      await driver.quit();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

// Loads the page at a fragment, and waits until it is ready.
export async function open(driver, fragment = '') {
  await driver.get('about:blank');
  await driver.get(page + fragment);
  await driver.wait(() => driver.executeScript('return document.documentElement.dataset.ready'), 20000);
}
