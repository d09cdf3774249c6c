import '@fontsource-variable/geist/wght.css'
import '@fontsource-variable/geist-mono/wght.css'
import './style/tokens.css'
import './style/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { followChanges } from './data/changes/follow.ts'
import { ChangesProvider } from './data/changes/provider.tsx'
import { shareChanges } from './data/changes/shared.ts'
import { makeQueryClient } from './data/client.ts'
import { watchSession } from './data/session.ts'
import { ToastProvider } from './parts/toast.tsx'
import { makeRouter } from './router.ts'

const queries = makeQueryClient()
watchSession(queries)
const changes = shareChanges()
followChanges(queries, changes)
const router = makeRouter(queries)

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <ChangesProvider changes={changes}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </ChangesProvider>
    </QueryClientProvider>
  </StrictMode>,
)
