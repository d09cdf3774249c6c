import { type FormEvent, useState } from 'react'
import type { FilterView } from '../../../../src/api/dashboards.ts'
import { Button } from '../../parts/button.tsx'
import { Field } from '../../parts/field.tsx'
import styles from './filters.module.css'
import { boundsOf, periodSteps, periodWords } from './period-words.ts'
import { Pop } from './pop.tsx'

interface PeriodFilterProps {
  readonly filter: Extract<FilterView, { type: 'period' }>
  readonly timezone: string
  readonly value: string | undefined
  readonly onChange: (value: string | undefined) => void
}

/** A span of time: one that is offered, or from one time to another. */
export function PeriodFilter({ filter, timezone, value = filter.default, onChange }: PeriodFilterProps) {
  const steps = periodSteps(value)
  const choices = [...new Set([filter.default, ...filter.presets])]
  return (
    <Pop name={filter.title} words={periodWords(value)} title={steps}>
      {(close) => {
        const choose = (period: string) => {
          onChange(period === filter.default ? undefined : period)
          close()
        }
        return (
          <>
            <div className={styles.presets} role="radiogroup" aria-label={filter.title}>
              {choices.map((each) => (
                <label key={each} className={styles.option}>
                  <input type="radio" name={filter.name} checked={each === value} onChange={() => choose(each)} />
                  <span className={styles.label}>{periodWords(each)}</span>
                </label>
              ))}
            </div>
            {steps !== undefined && (
              <p className={styles.note}>
                {periodWords(value)}: {steps.charAt(0).toLowerCase() + steps.slice(1)}.
              </p>
            )}
            <Between value={value} timezone={timezone} onChoose={choose} />
          </>
        )
      }}
    </Pop>
  )
}

interface BetweenProps {
  readonly value: string
  readonly timezone: string
  readonly onChoose: (period: string) => void
}

function Between({ value, timezone, onChoose }: BetweenProps) {
  const [from, to] = boundsOf(value)
  const [fault, setFault] = useState<string>()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const [begin, end] = [String(given.get('from')), String(given.get('to'))]
    if (begin < end) onChoose(`${begin}/${end}`)
    else setFault('It ends before it begins.')
  }
  return (
    <form className={styles.options} onSubmit={submit}>
      <Field name="from" label="From" type="datetime-local" required defaultValue={from} />
      <Field
        name="to"
        label="To"
        type="datetime-local"
        required
        defaultValue={to}
        hint={`As clocks show it in ${timezone}.`}
        {...(fault !== undefined && { fault })}
      />
      <div className={styles.actions}>
        <Button small type="submit">
          Show
        </Button>
      </div>
    </form>
  )
}
