import type { TestView } from '../../api/tests.ts'
import type { Context } from '../../core/context.ts'
import { digestOf } from '../../models/cases.ts'
import type { LiveProject } from '../../project/live.ts'
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
  return files.flatMap(({ model, name, file, text }): readonly TestView[] => {
    const inputs = graph.byName.get(model)?.inputs
    if (name === '' || !inputs || ![model, ...inputs].every((each) => isAllowed(allowed, each))) return []
    const record = last.get(`${model}\0${name}`)
    if (!record) return [{ model, name, file, last: null }]
    const { run: _, model: _model, test: _test, file: _file, digest, over, ...result } = record
    const changed = digest !== digestOf(text) || over !== overOf(graph, model)
    return [{ model, name, file, last: { ...result, changed } }]
  })
}
