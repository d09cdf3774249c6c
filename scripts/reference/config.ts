import { type Declarations, declarationsOf, type Property } from './declarations.ts'
import { type Page, page, table } from './page.ts'

/** What a `millrace.config.ts` takes, from the types and doc comments of its builders. */
export function configPage(): Page {
  const define = declarationsOf('src/project/define.ts')
  const typed = declarationsOf('src/project/typed.ts')
  const files = declarationsOf('src/sources/files-source.ts')
  const server = declarationsOf('src/project/server-config.ts')
  const spool = declarationsOf('src/sources/spool-source.ts')
  return page('config.md', 'The project file', [
    'A project is a folder with a `millrace.config.ts` whose default export is `defineProject(…)`. Paths in it are relative to the project. A mistake is an error with its place and what was probably meant; the types find most of them in the editor.',
    ...section('defineProject', define, define.properties('ProjectConfig')),
    'The function form is given:',
    propertyTable(define.properties('ProjectInput')),
    ...section('stream', define, [...define.properties('RowsConfig'), ...define.properties('StreamConfig')]),
    ...section('table', define, [...define.properties('RowsConfig'), ...define.properties('TableConfig')]),
    ...section('column', define, typed.properties('ColumnOptions')),
    ...section('files', define, files.properties('FilesOptions')),
    ...section('spool', define, spool.properties('SpoolOptions')),
    ...section('external', define, []),
    '## `server`',
    'What `millrace start` asks of whoever calls it.',
    serverExample,
    ...['ServerConfig', 'TokensConfig', 'WriteKeyConfig', 'ReadTokenConfig'].flatMap((name) => [
      server.doc(name),
      propertyTable(server.properties(name)),
    ]),
    ...section('EventOf', define, []),
  ])
}

const serverExample = `\`\`\`ts
import { defineProject, stream } from 'millrace'

export default defineProject(({ env }) => ({
  name: 'shop',
  streams: { events: stream({ columns: { id: 'uuid', price: 'decimal(12,2)' }, id: 'id' }) },
  server: {
    tokens: {
      admin: [env('ADMIN_TOKEN')],
      write: { web: { key: env('WEB_KEY'), streams: ['events'], origins: ['https://shop.example'] } },
      read: { board: { token: env('BOARD_TOKEN'), tables: ['events'] } },
    },
    requestsPerSecond: 500,
  },
}))
\`\`\``

function section(name: string, define: Declarations, properties: readonly Property[]): string[] {
  return [`## \`${name}\``, define.doc(name), ...(properties.length > 0 ? [propertyTable(properties)] : [])]
}

function propertyTable(properties: readonly Property[]): string {
  return table(
    ['key', 'takes', ''],
    properties.map(({ name, optional, type, doc }) => [
      `\`${name}\`${optional ? '' : ' (required)'}`,
      `\`${readable(type)}\``,
      doc.replace(/\s*\n\s*/g, ' '),
    ]),
  )
}

/** Type parameters that only help the compiler are what they stand for: a column's name. */
function readable(type: string): string {
  return type
    .replace(/NoInfer<NamesOf<C, [^>]+>>|NoInfer<keyof C & string>/g, 'column')
    .replace(/\b(Any|Instant|Moment)\b/g, 'column')
    .replace(/FilesSource<NoInfer<\(keyof S & string\) \| Own<T> \| All>>/g, 'files(…)')
    .replace(/SpoolSource<NoInfer<\(keyof S & string\) \| All>>/g, 'spool(…)')
    .replace(/TrackingSource<NoInfer<keyof S & string>, All>/g, 'tracking(…)')
    .replace(/\s*\n\s*\| /g, ' | ')
    .replace(/Readonly<\s*Record<\s*string,[ |]*([^<>]*?)\s*>\s*>/g, '{ [name]: $1 }')
    .replace(/\bFilesSource\b/g, 'files(…)')
    .replace(/ServerConfig<.+>/g, 'see below')
    .replace(/TokensConfig<.+>/g, '{ admin, write, read }')
    .replace(/WriteKeyConfig<.+?>/g, 'write key')
    .replace(/ReadTokenConfig<.+?>/g, 'read token')
    .replace(/EventTimes/g, "'any' | { past?: time; future?: time }")
    .replace(/\[Name in NoInfer<.+>\]\?/g, '[name]?')
    .replace(/readonly /g, '')
    .replace(/\bInto\b/g, 'stream or table')
    .replace(/^C$/, '{ [name]: type or column(…) }')
    .replace(/^S$/, '{ [name]: stream(…) }')
    .replace(/^T$/, '{ [name]: table(…) or external(…) }')
    .replace(/Readonly<\s*Record<string, (.+)>,?\s*>/, '{ [name]: $1 }')
    .replace(/\s*\n\s*(?=\})/g, ' ')
    .replace(/\{\s*\n\s*/g, '{ ')
    .replace(/\s*\n\s*/g, '; ')
}
