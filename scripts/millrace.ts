/** `npm run dev -- COMMAND`: the command line from source, without a build. */
import { main } from '../src/cli/main.ts'

process.exitCode = await main(process.argv.slice(2))
