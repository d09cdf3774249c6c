/**
 * The line of a project file on which a declaration stands: `['streams', 'events', 'columns']` follows the keys one
 * inside the other. What is written elsewhere, or made by code, is placed at the last key that could be found.
 */
export function lineOf(text: string, path: readonly string[]): number | undefined {
  const code = text.replace(
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)/g,
    (found, quoted: string | undefined) => quoted?.replace(/[{}]/g, ' ') ?? found.replace(/[^\n]/g, ' '),
  )
  let at: number | undefined
  for (const key of path) {
    const found = keyAt(code, key, at)
    if (found === undefined) break
    at = found
  }
  return at === undefined ? undefined : code.slice(0, at).split('\n').length
}

/** Where a key stands in the object that begins after `parent`, or anywhere without it. */
function keyAt(code: string, key: string, parent: number | undefined): number | undefined {
  const name = key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const pattern = new RegExp(`(?<![\\w$.])(?:${name}|'${name}'|"${name}")\\s*:|[{}]`, 'g')
  pattern.lastIndex = (parent ?? -1) + 1
  let depth = 0
  for (let found = pattern.exec(code); found; found = pattern.exec(code)) {
    if (found[0] === '{') depth++
    else if (found[0] === '}') depth--
    else if (parent === undefined || depth === 1) return found.index
    if (parent !== undefined && depth === 0 && found[0] === '}') return undefined
  }
  return undefined
}

/** `millrace.config.ts:12`, or the file alone. */
export function placeOf(file: string, text: string, path: readonly string[]): string {
  const line = lineOf(text, path)
  return line === undefined ? file : `${file}:${line}`
}
