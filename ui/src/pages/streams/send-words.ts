import type { StreamView } from '../../../../src/api/streams.ts'

type Sendable = Pick<StreamView, 'name' | 'columns' | 'id' | 'time'>

/** An event to begin with: as the newest one was, else by the types; new ids are the server’s to give. */
export function exampleEvent({ columns, id, time }: Sendable, newest: string | undefined, nowMs: number): string {
  const known = newest === undefined ? {} : (JSON.parse(newest) as Record<string, unknown>)
  const event: Record<string, unknown> = {}
  for (const { name, type, nullable, pii } of columns) {
    if (name === id && /^(uuid|varchar)/.test(type)) continue
    if (name === time) event[name] = new Date(nowMs).toISOString()
    else if (pii) event[name] = exampleOf(type, nowMs)
    else if (name in known) event[name] = known[name]
    else if (newest === undefined || !nullable) event[name] = exampleOf(type, nowMs)
  }
  return JSON.stringify(event)
}

function exampleOf(type: string, nowMs: number): unknown {
  if (/int/.test(type)) return 1
  if (/^(decimal|float|double)/.test(type)) return '9.90'
  if (type === 'boolean') return true
  if (type === 'date') return new Date(nowMs).toISOString().slice(0, 10)
  if (type === 'timestamptz') return new Date(nowMs).toISOString()
  if (type === 'uuid') return '0190a6f8-7c1d-7000-8000-000000000001'
  if (type === 'json' || type.startsWith('struct') || type.startsWith('map')) return {}
  return type.endsWith('[]') ? [] : 'text'
}

export interface Way {
  readonly origin: string
  /** The server asks for a write key. */
  readonly needsKey: boolean
}

/** A line for a shell. */
export function curlLine(stream: string, event: string, { origin, needsKey }: Way): string {
  const key = needsKey ? ` \\\n  -H "authorization: Bearer $MILLRACE_TOKEN"` : ''
  const body = event.replaceAll("'", `'\\''`)
  return `curl ${origin}/v1/streams/${encodeURIComponent(stream)}${key} \\\n  -H 'content-type: application/json' \\\n  -d '${body}'`
}

/** The same from a program, Node or a page. */
export function clientLines(stream: string, event: string, { origin, needsKey }: Way): string {
  const member = /^[A-Za-z_]\w*$/.test(stream) ? `.${stream}` : `[${JSON.stringify(stream)}]`
  const key = needsKey ? ', { key }' : ''
  return `import { client } from 'millrace/client'
const send = client<typeof project>('${origin}'${key})
await send${member}.send(${event})`
}
