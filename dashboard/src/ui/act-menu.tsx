import { Button, type ButtonProps } from '@mantine/core'
import { Suspense, useState, type Ref } from 'react'
import { lazyPart } from '../session/load-part.js'

/** The first press loads the code of menus. */
const ActMenuList = lazyPart(() => import('./act-menu-list.js'), 'default')

/** Acts that belong together. */
export interface ActGroup {
  /** Default: without a title. */
  readonly name?: string
  readonly acts: readonly { readonly name: string; readonly isDangerous?: boolean; readonly onChoose: () => void }[]
}

interface ActMenuProps extends Pick<ButtonProps, 'variant'> {
  /** Text of the button. */
  readonly name: string
  readonly groups: readonly ActGroup[]
}

/** A button that opens a menu of acts. */
export function ActMenu({ name, groups, ...look }: ActMenuProps) {
  const [isPressed, setPressed] = useState(false)
  const button = (target?: Ref<HTMLButtonElement>) => (
    <Button {...look} aria-haspopup="menu" {...(target ? { ref: target } : { onClick: () => setPressed(true) })}>
      {name}
    </Button>
  )
  if (!isPressed) return button()
  return (
    <Suspense fallback={button()}>
      <ActMenuList groups={groups} button={button} />
    </Suspense>
  )
}
