import { spawn } from 'node:child_process'

const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
  linux: ['xdg-open'],
}

/** Shows a page to whoever sits before this machine; where there is no browser, nothing happens. */
export function openBrowser(url: string): void {
  const [program, ...words] = openers[process.platform] ?? []
  if (program === undefined) return
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}
