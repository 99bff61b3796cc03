/** The browser that tests look with: Chromium of this machine, never one that a package downloads. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** @throws Error naming the package to install when there is no Chromium: these tests are never left out silently */
export async function openChromium(): Promise<Browser> {
  const executablePath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap(folder => names.map(name => join(folder, name)))
    .find(isProgram)
  if (executablePath === undefined)
    throw new Error(`no Chromium on the PATH (looked for ${names.join(', ')}): apt-get install --no-install-recommends chromium`)
  // The sandbox wants a user namespace, which containers often lack; the pages are our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] })
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // Not in this folder; the next may have it.
    return false
  }
}
