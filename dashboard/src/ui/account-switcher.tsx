import { Skeleton } from '@mantine/core'
import IconSelector from 'icon:selector'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { Suspense, useState, type Ref } from 'react'
import { Viewer, type ViewerData } from '@stackgate/client/documents'
import { firstPageOf, operationsPage } from '../session/config.js'
import { useSession } from '../session/session-context.js'
import { useOperation } from '@stackgate/react/hooks'
import { words } from '../words/en.js'
import { Icon } from './icon.js'
import { lazyPart } from '../session/load-part.js'

const NewTeamDialog = lazyPart(() => import('./new-team-dialog.js'), 'NewTeamDialog')
/** The code of menus is a tenth of the first load: the first press loads it. */
const loadMenu = () => import('./account-menu.js')
const AccountMenu = lazyPart(loadMenu, 'default')

/** An account that the user can open. */
export type OwnAccount = NonNullable<NonNullable<ViewerData['viewer']>['accounts']>['nodes'][number]

interface SwitcherProps {
  /** True in the workspace of operators, which is no account. */
  readonly isOperations: boolean
  readonly isOperator: boolean
}

/** The account in the address, or the workspace. Another account opens with the same page. */
export function AccountSwitcher({ isOperations, isOperator }: SwitcherProps) {
  const { session } = useSession()
  const viewer = useOperation(Viewer, {}, { enabled: session !== null })
  const navigate = useNavigate()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const [isPressed, setPressed] = useState(false)
  const [isCreating, setCreating] = useState(false)
  const accounts = viewer.data?.viewer?.accounts?.nodes
  if (!session) return null
  if (!accounts) return viewer.isPending ? <Skeleton height={32} /> : null
  const [, area, reference, openPage] = path.split('/')
  const open = area === 'a' ? reference : viewer.data?.viewer?.account.id
  const current = isOperations ? undefined : accounts.find(({ id, externalId }) => id === open || externalId === open)
  const name = isOperations ? words.operations : nameOf(current)
  const button = <SwitcherButton name={name} onPointerEnter={() => void loadMenu()} onClick={() => setPressed(true)} />
  return (
    <>
      {isPressed ? (
        <Suspense fallback={button}>
          <AccountMenu
            accounts={accounts}
            current={current}
            isOperations={isOperations}
            onOperations={isOperator ? () => void navigate({ to: operationsPage() }) : undefined}
            button={(target) => <SwitcherButton name={name} ref={target} />}
            onChoose={({ id }) =>
              void navigate({ to: area === 'a' && openPage ? `/a/${id}/${openPage}` : firstPageOf(id) })
            }
            onCreate={() => setCreating(true)}
          />
        </Suspense>
      ) : (
        button
      )}
      {isCreating && (
        <Suspense>
          <NewTeamDialog onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  )
}

/** Name of an account for its user. */
export const nameOf = (account: OwnAccount | undefined): string => account?.name ?? words.ownAccount

interface SwitcherButtonProps {
  readonly name: string
  readonly ref?: Ref<HTMLButtonElement>
  readonly onClick?: () => void
  readonly onPointerEnter?: () => void
}

const SwitcherButton = ({ name, ...props }: SwitcherButtonProps) => (
  <button type="button" aria-label={words.switchAccount(name)} aria-haspopup="menu" {...props} className="switcher">
    <span className="avatar" data-letter={name.slice(0, 1).toUpperCase()} />
    <span className="switcher-name">{name}</span>
    <Icon of={IconSelector} />
  </button>
)
