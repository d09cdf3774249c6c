import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Sent } from './send-main.ts'

/** How events are sent: on so many sockets, so many requests at once on each, of so many events. */
export interface Lanes {
  readonly connections: number
  readonly depth: number
  readonly perRequest: number
}

/** Sends shop events by a process of its own: `perSecond` of them, or as fast as it goes. */
export async function send(url: string, lanes: Lanes, seconds: number, perSecond = 0): Promise<Sent> {
  const { connections, depth, perRequest } = lanes
  const words = [url, connections, depth, perRequest, seconds, perSecond].map(String)
  const script = join(import.meta.dirname, 'send-main.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...words])
  return JSON.parse(stdout) as Sent
}

/** The rows of an answer; `at` a time, of tables as they were then. */
export async function ask(url: string, sql: string, at?: string): Promise<readonly (readonly unknown[])[]> {
  const body = JSON.stringify({ sql, timeout_ms: 120_000, ...(at !== undefined && { at }) })
  const response = await fetch(`${url}/v1/query`, { method: 'POST', body })
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return (JSON.parse(text) as { readonly rows: readonly (readonly unknown[])[] }).rows
}
