import { dirname, resolve } from 'node:path'
import { describeFile } from '../../connectors/files/glob.ts'
import { type SampleOptions, sampleFile } from '../../connectors/files/sample.ts'
import { MillraceError } from '../../core/errors.ts'
import type { CommandFile } from '../command.ts'
import { unitText } from '../output/values.ts'
import { share, whole } from '../words.ts'

interface SampleWords extends Omit<SampleOptions, 'quote'> {
  readonly output: string
}

export const command: CommandFile = {
  examples: [
    'millrace sample 2019-Nov.csv --by event_type --fraction 0.1% -o sample.csv',
    'millrace sample orders.csv.gz --by city --fraction 0.1 --seed 7 -o orders-sample.csv',
  ],
  define(command, run) {
    command
      .argument('<file>', 'delimited text with a header; gzip and zstd are unpacked')
      .requiredOption('--by <column>', 'every value of it keeps its share')
      .requiredOption('--fraction <share>', 'how much, such as 1% or 0.01', share)
      .option('--seed <n>', 'which records: the same seed, the same sample', whole, 1)
      .requiredOption('-o, --output <file>', 'where the sample goes')
      .option('--delimiter <text>', 'between fields (default: a comma)')
      .option('--encoding <name>', 'of the file (default: utf-8)')
      .action((path: string, { output: target, ...options }: SampleWords) =>
        run(command, async ({ output, context }) => {
          const absolute = resolve(path)
          const file = await describeFile(absolute, dirname(absolute))
          if (!file) throw new MillraceError('FILE_NOT_FOUND', { path })
          const strata = await sampleFile(file, resolve(target), options, context)
          const rows = [...strata].map(([value, { records, kept }]) => [value, records, kept] as const)
          await output.table(
            [{ name: options.by }, { name: 'records', unit: 'count' }, { name: 'kept', unit: 'count' }],
            rows,
          )
          const kept = rows.reduce((sum, row) => sum + row[2], 0)
          await output.say(`${unitText(kept, 'count')} records in ${target}.`)
        }),
      )
  },
}
