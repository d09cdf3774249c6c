import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { type RefObject, useEffect, useMemo, useRef } from 'react'
import { useChanges, usePhase } from '../data/changes/provider.tsx'
import { mayOpen, sessionQuery, useIsAdmin } from '../data/session.ts'
import { Account } from './account.tsx'
import { Connection } from './connection.tsx'
import { DropZone } from './drop-zone.tsx'
import { Keyboard } from './keyboard.tsx'
import { Mark } from './mark.tsx'
import { neededFor, places } from './places.ts'
import { Refused } from './refused.tsx'
import styles from './shell.module.css'
import { SignIn } from './sign-in.tsx'
import { ThemeSwitch } from './theme-switch.tsx'

/** What stands around every page. */
export function Shell() {
  const { data: session } = useQuery(sessionQuery)
  useListening(session?.access !== undefined && session.access !== 'none', session?.token ?? '')
  const main = useRef<HTMLElement>(null)
  useFocusOfPage(main)
  const { phase } = usePhase()
  const { pathname } = useLocation()
  const isAdmin = useIsAdmin()
  const open = useMemo(() => places.filter(({ needs }) => session && mayOpen(session, needs)), [session])
  if (session?.access === 'none') return <SignIn />
  const page = (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <header className={styles.header}>
        <Link to="/" className={styles.home}>
          <Mark />
        </Link>
        <nav className={styles.nav} aria-label="Pages">
          <ul>
            {open.map(({ to, name }) => (
              <li key={to}>
                <Link to={to} className={styles.place} activeProps={{ 'aria-current': 'page' }}>
                  {name}
                </Link>
              </li>
            ))}
            {isAdmin && (
              <li className={styles.own}>
                <Link to="/add" className={styles.place} activeProps={{ 'aria-current': 'page' }}>
                  Your own data
                </Link>
              </li>
            )}
          </ul>
        </nav>
        <div className={styles.tools}>
          <Connection />
          <Account />
          <ThemeSwitch />
        </div>
      </header>
      <main id="main" ref={main} className={styles.main} tabIndex={-1} data-phase={phase}>
        {session && (mayOpen(session, neededFor(pathname)) ? <Outlet /> : <Refused />)}
      </main>
      <Keyboard places={open} />
    </div>
  )
  return isAdmin ? <DropZone>{page}</DropZone> : page
}

/** Whoever is signed in hears what moves, as far as it is theirs. */
function useListening(isIn: boolean, token: string): void {
  const changes = useChanges()
  // biome-ignore lint/correctness/useExhaustiveDependencies: as another one hears other things
  useEffect(() => (isIn ? changes.start() : undefined), [changes, isIn, token])
}

/** Whoever comes by keyboard or is read to begins at the top of a page that was gone to. */
function useFocusOfPage(main: RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation()
  const before = useRef(pathname)
  useEffect(() => {
    if (before.current !== pathname) main.current?.focus({ preventScroll: true })
    before.current = pathname
  }, [pathname, main])
}
