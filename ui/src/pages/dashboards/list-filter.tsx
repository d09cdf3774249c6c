import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { FilterView } from '../../../../src/api/dashboards.ts'
import { valuesQuery } from '../../data/dashboards.ts'
import { rough } from '../../data/format.ts'
import { Button } from '../../parts/button.tsx'
import { Search } from '../../parts/field.tsx'
import { Failure, Loading } from '../../parts/states.tsx'
import styles from './filters.module.css'
import { listWords, offered } from './offered.ts'
import { Pop } from './pop.tsx'

interface ListFilterProps {
  readonly dashboard: string
  readonly filter: Extract<FilterView, { type: 'list' }>
  readonly value: readonly string[] | undefined
  readonly onChange: (value: readonly string[] | undefined) => void
}

/** Some of the values of a column; none: all. */
export function ListFilter({ dashboard, filter, value = filter.default, onChange }: ListFilterProps) {
  const set = (next: readonly string[]) =>
    onChange(JSON.stringify(next) === JSON.stringify(filter.default) ? undefined : next)
  return (
    <Pop name={filter.title} words={listWords(value)}>
      {(close) => (
        <>
          <Options dashboard={dashboard} filter={filter} value={value} onSet={set} />
          <div className={styles.actions}>
            <Button small look="quiet" onClick={() => set([])}>
              All
            </Button>
            <Button small onClick={close}>
              Done
            </Button>
          </div>
        </>
      )}
    </Pop>
  )
}

interface OptionsProps extends Pick<ListFilterProps, 'dashboard' | 'filter'> {
  readonly value: readonly string[]
  readonly onSet: (value: readonly string[]) => void
}

function Options({ dashboard, filter: { name, title, multiple }, value, onSet }: OptionsProps) {
  const [find, setFind] = useState('')
  const { data, error, refetch } = useQuery(valuesQuery(dashboard, name))
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading rows={4} />
  const shown = offered(data.values, value, find)
  const turn = (each: string) => {
    if (value.includes(each)) onSet(value.filter((own) => own !== each))
    else onSet(multiple ? [...value, each] : [each])
  }
  return (
    <>
      <Search
        autoFocus
        label={`Find a ${title.toLowerCase()}`}
        value={find}
        onChange={({ target }) => setFind(target.value)}
      />
      <div className={styles.options}>
        {shown.map((each) => (
          <label key={each.value} className={styles.option}>
            <input
              type={multiple ? 'checkbox' : 'radio'}
              name={name}
              checked={value.includes(each.value)}
              onChange={() => turn(each.value)}
            />
            <span className={styles.label}>{each.value === '' ? '(empty)' : each.value}</span>
            {each.rows !== undefined && <span className={styles.count}>{rough(Number(each.rows))}</span>}
          </label>
        ))}
        {shown.length === 0 && <p className={styles.note}>Nothing is called like “{find}”.</p>}
      </div>
      {data.truncated && <p className={styles.note}>Those of most rows; others by SQL.</p>}
    </>
  )
}
