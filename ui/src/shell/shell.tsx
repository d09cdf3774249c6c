import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import styles from './shell.module.css'
import { ThemeSwitch } from './theme-switch.tsx'

const places = [
  { to: '/dashboards', name: 'Dashboards' },
  { to: '/tables', name: 'Tables' },
  { to: '/query', name: 'Query' },
  { to: '/streams', name: 'Streams' },
  { to: '/ledger', name: 'Ledger' },
  { to: '/models', name: 'Models' },
] as const

/** What stands around every page. */
export function Shell() {
  const main = useRef<HTMLElement>(null)
  useFocusOfPage(main)
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <header className={styles.header}>
        <Link to="/" className={styles.mark} aria-label="Millrace">
          <svg viewBox="0 0 24 16" aria-hidden="true">
            <path d="M1 4c3.7 0 3.7 3 7.3 3S12 4 15.7 4 19.3 7 23 7M1 10.5c3.7 0 3.7 3 7.3 3s3.7-3 7.4-3 3.6 3 7.3 3" />
          </svg>
          <span>Millrace</span>
        </Link>
        <nav className={styles.nav} aria-label="Pages">
          <ul>
            {places.map(({ to, name }) => (
              <li key={to}>
                <Link to={to} className={styles.place} activeProps={{ 'aria-current': 'page' }}>
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className={styles.tools}>
          <ThemeSwitch />
        </div>
      </header>
      <main id="main" ref={main} className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  )
}

/** Whoever comes by keyboard or is read to begins at the top of a page that was gone to. */
function useFocusOfPage(main: React.RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation()
  const before = useRef(pathname)
  useEffect(() => {
    if (before.current !== pathname) main.current?.focus({ preventScroll: true })
    before.current = pathname
  }, [pathname, main])
}
