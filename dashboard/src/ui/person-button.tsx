import IconSunMoon from 'icon:sun-moon'
import { Suspense, useState, type Ref } from 'react'
import { useSession } from '../session/session-context.js'
import { words } from '../words/en.js'
import { Icon } from './icon.js'
import { lazyPart } from '../session/load-part.js'

/** The code of menus is a tenth of the first load: the first press loads it. */
const loadMenu = () => import('./person-menu.js')
const PersonMenu = lazyPart(loadMenu, 'default')

/** The person as a menu; for visitors, the choice of colors and language. */
export function PersonButton() {
  const { session } = useSession()
  const [isPressed, setPressed] = useState(false)
  const email = session?.email ?? null
  const button = <Target email={email} onPointerEnter={() => void loadMenu()} onClick={() => setPressed(true)} />
  if (!isPressed) return button
  return (
    <Suspense fallback={button}>
      <PersonMenu email={email} button={(target) => <Target email={email} ref={target} />} />
    </Suspense>
  )
}

interface TargetProps {
  readonly email: string | null
  readonly ref?: Ref<HTMLButtonElement>
  readonly onClick?: () => void
  readonly onPointerEnter?: () => void
}

const Target = ({ email, ...props }: TargetProps) => (
  <button
    type="button"
    aria-label={email ? words.signedInAs(email) : words.display}
    aria-haspopup="menu"
    data-letter={email?.slice(0, 1).toUpperCase()}
    {...props}
    // After the properties of a menu, which have a class of their own.
    className={email ? 'square avatar' : 'square'}
  >
    {!email && <Icon of={IconSunMoon} size={20} />}
  </button>
)
