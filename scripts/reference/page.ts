/** A page of docs/reference, made from the code. */
export interface Page {
  readonly file: string
  readonly text: string
}

export function page(file: string, title: string, blocks: readonly string[]): Page {
  const made = `<!-- Made by \`npm run docs\` from the code; a test keeps it current. -->`
  return { file, text: `${[`# ${title}`, made, ...blocks].join('\n\n')}\n` }
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

export function code(text: string, language = ''): string {
  return `\`\`\`${language}\n${text}\n\`\`\``
}
