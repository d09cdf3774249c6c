import { type DemoAnswer, plugged } from '../../../api/demo.ts'
import type { DemoDoor } from '../../../server/demo-door.ts'
import { demoVariable, type FromServer, type ToServer } from './messages.ts'

export interface DemoLink extends DemoDoor {
  /** The server answers from now on. */
  listening(url: string): void
}

/** The way to the process that watches over this one, where this is the server of a demo. */
export function demoLink(): DemoLink | undefined {
  if (process.env[demoVariable] !== '1' || !process.connected) return undefined
  let told: DemoAnswer = plugged
  process.on('message', (message) => {
    told = message as ToServer
  })
  // whoever watched is gone: a server that nobody sees is not to stay
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref()
  const send = (message: FromServer) => void process.send?.(message)
  return {
    state: () => told,
    pull: () => send({ kind: 'pull' }),
    listening: (url) => send({ kind: 'listening', url }),
  }
}
