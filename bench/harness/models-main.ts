/** `node models-main.ts DIR [full]`: what `millrace build`, or `build --full`, does in a project that is there. */
import { buildModels, planModels } from '../../src/project/building.ts'
import { openProject } from '../../src/project/open.ts'
import { stopwatch } from './run.ts'
import { answerOf, quiet } from './shop-project.ts'

const [dir = '', full] = process.argv.slice(2)
await using project = await openProject(dir, { access: 'write', command: 'bench' })
const watch = stopwatch()
const planned = await watch.step('plan', () => planModels(project, { full: full === 'full' }, quiet))
const outcomes = await watch.step('build', () => buildModels(planned, quiet))
for (const outcome of outcomes) if (outcome.outcome !== 'built') throw new Error(JSON.stringify(outcome))
const reads = planned.plan.steps.map(({ model, action, reads: { files } }) => `${model}: ${action}, ${files} files`)
console.error(reads.join('; '))
watch.end(await answerOf(project))
