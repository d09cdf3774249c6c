import type { Context } from '../core/context.ts'
import type { ModelCase } from '../models/cases.ts'
import type { ModelGraph } from '../models/model.ts'
import { selectModels } from '../models/select.ts'
import { type CaseResult, runCase } from '../models/test.ts'
import { subjectOf } from './building.ts'
import { openModels } from './models.ts'
import type { OpenProject } from './open.ts'
import { type Came, type RunReport, reported } from './run-report.ts'
import type { TestRecord } from './test-book.ts'
import { overOf, recordOf } from './test-record.ts'
import { readTests } from './tests.ts'

/** What has been tested. */
export interface Tested {
  readonly graph: ModelGraph
  readonly tests: readonly ModelCase[]
  readonly failed: number
}

/** Which tests are run, and where it is told how far they are. */
interface TestsAsked {
  readonly graph: ModelGraph
  /** See `selectModels`. */
  readonly select: readonly string[]
  readonly report: RunReport
}

/** Of which models, in words. */
export function testsOf(select: readonly string[]): string {
  return `the tests of ${subjectOf({ select })}`
}

/** What came of them, in words. */
export function cameOf({ tests, failed }: Pick<Tested, 'tests' | 'failed'>): Came {
  return { summary: `${tests.length - failed} of ${tests.length} tests passed`, failed: failed > 0 }
}

/** The same as `runTests`, as a run of its own. The codes of `openModels` and `runTests`. */
export async function testModels(
  project: OpenProject,
  { select, by }: { readonly select: readonly string[]; readonly by: string },
  context: Context,
  tell: (result: CaseResult) => Promise<void>,
): Promise<Tested> {
  const { promise, resolve } = Promise.withResolvers<Tested>()
  await reported(project.runs, { kind: 'test', subject: testsOf(select), by }, context, async (report, own) => {
    const tested = await runTests(project, { graph: await openModels(project, own), select, report }, own, tell)
    resolve(tested)
    return cameOf(tested)
  })
  return promise
}

/**
 * Runs the tests of the models that are chosen, and writes down what became of each as it ends. The codes of
 * `selectModels`, `readTests` and `runCase`.
 */
export async function runTests(
  project: OpenProject,
  { graph, select, report }: TestsAsked,
  context: Context,
  tell: (result: CaseResult) => Promise<void> = async () => undefined,
): Promise<Tested> {
  const tests = await readTests(project, graph, selectModels({ graph }, select))
  const byModel = Map.groupBy(tests, ({ model }) => model)
  report.testing([...byModel.keys()])
  const world = { graph, engine: project.lake.engine, timezone: project.settings.timezone }
  const records: TestRecord[] = []
  // to whoever watches it is the tests that are run, not the engine's queries
  const own: Context = {
    now: context.now,
    signal: context.signal,
    emit(event) {
      if (event.type !== 'task.progress') context.emit(event)
    },
  }
  for (const [model, cases] of byModel) {
    const over = overOf(graph, model)
    const ended: TestRecord[] = []
    for (const test of cases) {
      const [done, total] = [ended.length, cases.length]
      context.emit({ kind: 'pulse', type: 'task.progress', task: model, done, total, unit: 'tests' })
      const result = await runCase(world, test, own)
      const record = recordOf(result, { run: report.view.id, over, nowMs: context.now() })
      project.tests.put(record)
      ended.push(record)
      report.tested(model, ended, total)
      await tell(result)
    }
    records.push(...ended)
  }
  return { graph, tests, failed: records.filter(({ outcome }) => outcome !== 'passed').length }
}
