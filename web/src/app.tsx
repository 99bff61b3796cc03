import type { VNode } from 'preact'
import { KeptRunPage } from './pages/kept-run.tsx'
import { KeptRunsPage } from './pages/kept-runs.tsx'
import { ModelPage } from './pages/model.tsx'
import { ModelsPage } from './pages/models.tsx'
import { OverviewPage } from './pages/overview.tsx'
import { RunPage } from './pages/run.tsx'
import { RunsPage } from './pages/runs.tsx'
import { SignInPage } from './pages/sign-in.tsx'
import { StreamPage } from './pages/stream.tsx'
import { StreamsPage } from './pages/streams.tsx'
import { UnknownPage } from './pages/unknown.tsx'
import { usePlace } from './router/location.ts'
import { routeOf } from './router/route.ts'
import { Toasts } from './shell/toast.tsx'

/** The page of the address. A key of its own makes a page start anew when the address names another thing. */
export function App(): VNode {
  const { path } = usePlace()
  return (
    <>
      <PageOf key={path} path={path} />
      <Toasts />
    </>
  )
}

function PageOf({ path }: { readonly path: string }): VNode {
  const route = routeOf(path)
  switch (route.page) {
    case 'overview':
      return <OverviewPage />
    case 'sign-in':
      return <SignInPage />
    case 'streams':
      return <StreamsPage />
    case 'stream':
      return <StreamPage name={route.name} />
    case 'runs':
      return <RunsPage />
    case 'run':
      return <RunPage id={route.id} />
    case 'kept-runs':
      return <KeptRunsPage />
    case 'kept-run':
      return <KeptRunPage id={route.id} />
    case 'models':
      return <ModelsPage />
    case 'model':
      return <ModelPage name={route.name} />
    case 'unknown':
      return <UnknownPage path={route.path} />
  }
}
