import { useState } from 'react'
import { chooseTheme, chosenTheme, type Theme } from './theme.ts'
import styles from './theme-switch.module.css'

const themes: readonly { readonly theme: Theme; readonly name: string; readonly path: string }[] = [
  { theme: 'system', name: 'As this machine', path: 'M2.5 3.5h11v7.5h-11zM6 13.5h4' },
  {
    theme: 'light',
    name: 'Light',
    path: 'M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9M11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0z',
  },
  { theme: 'dark', name: 'Dark', path: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z' },
]

export function ThemeSwitch() {
  const [chosen, setChosen] = useState(chosenTheme)
  const index = themes.findIndex(({ theme }) => theme === chosen)
  const next = themes[(index + 1) % themes.length] as (typeof themes)[number]
  const { name, path } = themes[index] as (typeof themes)[number]
  return (
    <button
      type="button"
      className={styles.switch}
      aria-label={`Theme: ${name}. Change to ${next.name}`}
      title={`Theme: ${name}`}
      onClick={() => {
        chooseTheme(next.theme)
        setChosen(next.theme)
      }}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  )
}
