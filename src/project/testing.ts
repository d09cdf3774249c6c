import type { Context } from '../core/context.ts'
import type { ModelCase } from '../models/cases.ts'
import type { ModelGraph } from '../models/model.ts'
import { selectModels } from '../models/select.ts'
import { type CaseResult, runCase } from '../models/test.ts'
import { openModels } from './models.ts'
import type { OpenProject } from './open.ts'
import { reported } from './run-report.ts'
import type { TestRecord } from './test-book.ts'
import { overOf, recordOf } from './test-record.ts'
import { readTests } from './tests.ts'

/** What has been tested. */
export interface Tested {
  readonly graph: ModelGraph
  readonly tests: readonly ModelCase[]
  readonly failed: number
}

/**
 * Runs the tests of the models that are chosen, and writes down what became of each; it is told as it ends. The codes of
 * `openModels`, `selectModels`, `readTests` and `runCase`.
 */
export async function testModels(
  project: OpenProject,
  { select, by }: { readonly select: readonly string[]; readonly by: string },
  context: Context,
  tell: (result: CaseResult) => Promise<void>,
): Promise<Tested> {
  const subject = `the tests of ${select.length === 0 ? 'all models' : select.join(', ')}`
  const { promise, resolve } = Promise.withResolvers<Tested>()
  await reported(project.runs, { kind: 'test', subject, by }, context, async ({ view: { id: run } }, own) => {
    const graph = await openModels(project, own)
    const tests = await readTests(project, graph, selectModels({ graph }, select))
    const world = { graph, engine: project.lake.engine, timezone: project.settings.timezone }
    const records: TestRecord[] = []
    try {
      for (const test of tests) {
        const result = await runCase(world, test, own)
        records.push(recordOf(result, { run, over: overOf(graph, test.model), nowMs: own.now() }))
        await tell(result)
      }
    } finally {
      project.tests.put(records)
    }
    const failed = records.filter(({ outcome }) => outcome !== 'passed').length
    resolve({ graph, tests, failed })
    return { summary: `${tests.length - failed} of ${tests.length} tests passed`, failed: failed > 0 }
  })
  return promise
}
