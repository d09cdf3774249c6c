import { holdLock } from '../../src/storage/lock.ts'

/** Holds the lock of a folder until it is killed; says so on its standard output. */
await holdLock(process.argv[2] as string, 'millrace load')
console.log('held')
setInterval(() => undefined, 60_000)
