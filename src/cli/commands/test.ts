import type { ModelCase } from '../../models/cases.ts'
import type { ModelGraph } from '../../models/model.ts'
import { commandLine } from '../../project/run-report.ts'
import { testModels } from '../../project/testing.ts'
import type { CommandFile } from '../command.ts'
import { unitText } from '../output/values.ts'
import { withProject } from '../project.ts'
import { selectOption } from './build/select.ts'
import { showResult } from './test/report.ts'

interface TestWords {
  readonly select?: readonly string[]
}

export const command: CommandFile = {
  examples: ['millrace test', 'millrace test --select +daily_revenue', 'millrace test --json'],
  define(command, run) {
    selectOption(command).action(({ select = [] }: TestWords) =>
      run(command, (session) =>
        withProject(session, 'read', 'test', async (project) => {
          const { output, context, failed } = session
          const asked = { select, by: commandLine }
          const {
            graph,
            tests,
            failed: bad,
          } = await testModels(project, asked, context, (result) => showResult(session, result))
          if (bad > 0) failed()
          const passed = unitText(tests.length - bad, 'count')
          await output.say(bad > 0 ? `${passed} passed, ${unitText(bad, 'count')} failed` : `${passed} passed`)
          const bare = select.length === 0 ? untested(graph, tests) : []
          if (bare.length > 0) await output.say(`Without a test: ${bare.join(', ')}.`)
        }),
      ),
    )
  },
}

function untested({ order }: ModelGraph, tests: readonly ModelCase[]): readonly string[] {
  const tested = new Set(tests.map(({ model }) => model))
  return order.map(({ name }) => name).filter((name) => !tested.has(name))
}
