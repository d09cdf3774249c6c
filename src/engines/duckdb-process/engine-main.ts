import { constants, getPriority, setPriority } from 'node:os'
import { join } from 'node:path'
import type { Call, Reply, Told } from './messages.ts'
import { Served } from './served.ts'

// whoever started it says when it ends: a signal to the whole group is for that process, which drains first
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

// the channel ends with the process at its other end, however that dies; there is nothing here to save
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

// whoever acknowledges events goes first: beside queries that take every core it would wait for each of its turns.
// Below its own priority, as nobody may raise one that was lowered
setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + constants.priority.PRIORITY_BELOW_NORMAL))

const served = new Served((reply: Reply) => process.send?.(reply))

process.on('message', (message: Call | Told) => served.receive(ownFolder(message)))

/** Each process spills to a folder of its own: two never write the same file. */
function ownFolder(message: Call | Told): Call | Told {
  if (!('call' in message) || message.call !== 'open') return message
  const { options } = message
  return { ...message, options: { ...options, tempFolder: join(options.tempFolder, `process-${process.pid}`) } }
}
