/** `node shop-millrace-main.ts FILE OUT LAYOUT`: a file into a new project, then its two models, as `millrace run` does it. */
import { buildModels, planModels } from '../../src/project/building.ts'
import { loadSource, planSources } from '../../src/project/loading.ts'
import { openProject } from '../../src/project/open.ts'
import { stopwatch } from './run.ts'
import { answerOf, type Layout, makeShopProject, quiet } from './shop-project.ts'

const [file = '', out = '', layout = ''] = process.argv.slice(2)
await makeShopProject(out, layout as Layout)
await using project = await openProject(out, { access: 'write', command: 'bench' })
const watch = stopwatch()

await watch.step('load', async () => {
  for (const plan of await planSources(project, { into: { target: 'events', files: [file] } }, quiet))
    for (const outcome of await loadSource(project, plan, quiet))
      if (outcome.outcome !== 'loaded') throw new Error(JSON.stringify(outcome))
})
await watch.step('models', async () => {
  for (const outcome of await buildModels(await planModels(project, {}, quiet), quiet))
    if (outcome.outcome !== 'built') throw new Error(JSON.stringify(outcome))
})
watch.end(await answerOf(project))
