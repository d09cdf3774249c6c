#!/usr/bin/env node
// Plain JavaScript without a static import: an old Node must reach the sentence below, not a syntax error.
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 24 || (major === 24 && minor >= 12)) {
  // the second start of a command reads what the first has compiled
  const { enableCompileCache } = await import('node:module')
  enableCompileCache()
  const { main } = await import('../dist/cli/main.js')
  process.exitCode = await main(process.argv.slice(2))
} else {
  process.stderr.write(`millrace needs Node 24.12 or newer; ${process.execPath} is ${process.versions.node}.\n`)
  process.exitCode = 2
}
