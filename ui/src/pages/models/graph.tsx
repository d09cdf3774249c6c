import type { CSSProperties } from 'react'
import type { ModelView } from '../../../../src/api/models.ts'
import type { ModelStaleness } from '../../../../src/api/staleness.ts'
import { Scroller } from '../../parts/scroller.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { FailingSign } from './failing.tsx'
import styles from './graph.module.css'
import { layersOf, type Placed } from './layers.ts'
import { State } from './state.tsx'

/** How far layers are from each other, and how wide a node is: in parts of the width that there is. */
const [stepX, width] = [17, 13]
/** In rem: the same of rows. */
const [stepY, height] = [4.25, 3.25]

interface GraphProps {
  readonly models: readonly ModelView[]
  readonly known: ReadonlyMap<string, ModelStaleness>
}

/** What reads what, from left to right; each name a way to it. */
export function Graph({ models, known }: GraphProps) {
  const placed = centred(layersOf(models))
  const found = new Map(placed.map((node) => [node.name, node]))
  const wide = Math.max(...placed.map(({ layer }) => layer)) * stepX + width
  const high = Math.max(...placed.map(({ at }) => at)) * stepY + height
  return (
    <div className={styles.room}>
      <Scroller label="Graph of models">
        <div className={styles.graph} style={{ '--parts': wide, height: `${high}rem` } as CSSProperties}>
          <svg className={styles.lines} viewBox={`0 0 ${wide} ${high}`} preserveAspectRatio="none" aria-hidden="true">
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
                style={{ '--from': layer * stepX, '--over': width, top: `${at * stepY}rem` } as CSSProperties}
              >
                <TextLink to={model ? '/models/$name' : '/tables/$name'} params={{ name }} quiet>
                  {name}
                </TextLink>
                <span className={styles.kind}>
                  <span className={styles.word}>{model?.kind ?? 'input'}</span>
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
    </div>
  )
}

/** Layers of fewer nodes stand in the middle beside the highest. */
function centred(placed: readonly Placed[]): readonly Placed[] {
  const layers = Map.groupBy(placed, ({ layer }) => layer)
  const most = Math.max(...[...layers.values()].map(({ length }) => length))
  return placed.map((node) => ({ ...node, at: node.at + (most - (layers.get(node.layer)?.length ?? 0)) / 2 }))
}

function line(from: Placed, to: Placed): string {
  const [x, y] = [from.layer * stepX + width, from.at * stepY + height / 2]
  const [endX, endY] = [to.layer * stepX, to.at * stepY + height / 2]
  const middle = (x + endX) / 2
  return `M${x} ${y} C${middle} ${y} ${middle} ${endY} ${endX} ${endY}`
}
