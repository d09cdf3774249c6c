/** The server of a demo, a process of its own so that it can be killed. */
import { main } from '../../main.ts'

process.exitCode = await main(process.argv.slice(2))
