import type { TestView } from '../../api/tests.ts'
import type { Context } from '../../core/context.ts'
import { digestOf } from '../../models/cases.ts'
import type { LiveProject } from '../../project/live.ts'
import type { OpenProject } from '../../project/open.ts'
import { overOf } from '../../project/test-record.ts'
import { testFiles } from '../../project/tests.ts'
import { type Allowed, isAllowed } from './tables.ts'

/**
 * The tests of the models that may be seen with all that they read, and what became of each when it was last run: rows of
 * a test are rows of its model. The codes of `openModels`, MODEL_FILE_REFUSED.
 */
export async function testsView(
  { project, models }: LiveProject,
  allowed: Allowed,
  context: Context,
): Promise<readonly TestView[]> {
  const graph = await models(context)
  const files = await testFiles(project.settings)
  const last = new Map(project.tests.last().map((record) => [`${record.model}\0${record.test}`, record]))
  const waiting = waitingIn(project)
  return files.flatMap(({ model, name, file, text }): readonly TestView[] => {
    const inputs = graph.byName.get(model)?.inputs
    if (name === '' || !inputs || ![model, ...inputs].every((each) => isAllowed(allowed, each))) return []
    const record = last.get(`${model}\0${name}`)
    const known = { model, name, file, waiting: waiting(model, record?.run) }
    if (!record) return [{ ...known, last: null }]
    const { run: _, model: _model, test: _test, file: _file, digest, over, ...result } = record
    const changed = digest !== digestOf(text) || over !== overOf(graph, model)
    return [{ ...known, last: { ...result, changed } }]
  })
}

/** Whether a test of a model, which `last` has run last, waits for its turn in a run of this process. */
function waitingIn({ runs }: Pick<OpenProject, 'runs'>): (model: string, last: string | undefined) => boolean {
  const tested = [...runs.underWay.values()].map(({ view }) => view).filter(({ kind }) => kind === 'test')
  return (model, last) =>
    tested.some(
      ({ id, models }) =>
        id !== last &&
        models.some((each) => each.model === model && (each.outcome === 'waiting' || each.outcome === 'running')),
    )
}
