import { once } from 'node:events'
import { createServer } from 'node:net'
import { sessionAnswer } from '../api/session.ts'
import { MillraceError } from '../core/errors.ts'

/** What whoever listens at an address is given to say who it is. */
const askedMs = 1_000
/** So many ports beyond one that is taken are tried. */
const triedPorts = 50

/** Refuses an address at which nothing can listen, before there is anything that would. ADDRESS_TAKEN, ADDRESS_REFUSED. */
export async function assertFree(host: string, port: number): Promise<void> {
  const failure = await failureOf(host, port)
  if (failure) throw await addressError(failure, host, port)
}

/** Why nothing listens there, for people: by whom a port is taken, and which is free. */
export async function addressError(failure: unknown, host: string, port: number): Promise<MillraceError> {
  const { code, message } = failure as NodeJS.ErrnoException
  if (code !== 'EADDRINUSE')
    return new MillraceError('ADDRESS_REFUSED', { address: `${host}:${port}`, reason: code ?? message }, failure)
  const [holder, free] = await Promise.all([holderOf(host, port), freePort(host, port)])
  return new MillraceError('ADDRESS_TAKEN', { host, port, holder, free }, failure)
}

async function failureOf(host: string, port: number): Promise<unknown> {
  const server = createServer()
  try {
    const listening = once(server, 'listening')
    server.listen({ host, port })
    await listening
    return undefined
  } catch (error) {
    return error
  } finally {
    server.close()
  }
}

async function holderOf(host: string, port: number): Promise<string> {
  try {
    const signal = AbortSignal.timeout(askedMs)
    const answer = await fetch(`http://${reachable(host)}:${port}/v1/session`, { signal, redirect: 'error' })
    const told = sessionAnswer.safeParse(await answer.json())
    if (!told.success) return 'another program'
    const { project, demo } = told.data
    return `the ${demo ? 'demo' : 'server'} of ${project === null ? 'a Millrace project' : `the project \`${project}\``}`
  } catch {
    return 'another program'
  }
}

/** A server that listens at all addresses of a machine is asked at its own. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host
}

/** 0, any that is free, where all that were tried are taken. */
async function freePort(host: string, taken: number): Promise<number> {
  for (let port = taken + 1; port <= Math.min(taken + triedPorts, 65_535); port++)
    if ((await failureOf(host, port)) === undefined) return port
  return 0
}
