import type { ModelView } from '../../../../src/api/models.ts'
import type { ModelStaleness } from '../../../../src/api/staleness.ts'
import { Scroller } from '../../parts/scroller.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { FailingSign } from './failing.tsx'
import styles from './graph.module.css'
import { layersOf, type Placed } from './layers.ts'
import { State } from './state.tsx'

/** In rem: how far layers and rows are from each other, and how large a node is. */
const [stepX, stepY, width, height] = [17, 4.25, 13, 3.25]

interface GraphProps {
  readonly models: readonly ModelView[]
  readonly known: ReadonlyMap<string, ModelStaleness>
}

/** What reads what, from left to right; each name a way to it. */
export function Graph({ models, known }: GraphProps) {
  const placed = layersOf(models)
  const found = new Map(placed.map((node) => [node.name, node]))
  const wide = Math.max(...placed.map(({ layer }) => layer)) * stepX + width
  const high = Math.max(...placed.map(({ at }) => at)) * stepY + height
  return (
    <Scroller label="Graph of models">
      <div className={styles.graph} style={{ width: `${wide}rem`, height: `${high}rem` }}>
        <svg className={styles.lines} viewBox={`0 0 ${wide} ${high}`} aria-hidden="true">
          {models.flatMap(({ name, inputs }) =>
            inputs.map((input) => (
              <path key={`${input} ${name}`} d={line(found.get(input) as Placed, found.get(name) as Placed)} />
            )),
          )}
        </svg>
        <ul>
          {placed.map(({ name, layer, at, model }) => (
            <li
              key={name}
              className={styles.node}
              data-state={known.get(name)?.state ?? (model ? undefined : 'input')}
              style={{ left: `${layer * stepX}rem`, top: `${at * stepY}rem` }}
            >
              <TextLink to={model ? '/models/$name' : '/tables/$name'} params={{ name }} quiet>
                {name}
              </TextLink>
              <span className={styles.kind}>
                {model?.kind ?? 'input'}
                {known.get(name)?.failing ? (
                  <FailingSign>failing</FailingSign>
                ) : (
                  model?.kind !== 'view' && <State of={known.get(name)} />
                )}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </Scroller>
  )
}

function line(from: Placed, to: Placed): string {
  const [x, y] = [from.layer * stepX + width, from.at * stepY + height / 2]
  const [endX, endY] = [to.layer * stepX, to.at * stepY + height / 2]
  const middle = (x + endX) / 2
  return `M${x} ${y} C${middle} ${y} ${middle} ${endY} ${endX} ${endY}`
}
