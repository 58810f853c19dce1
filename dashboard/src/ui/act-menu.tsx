import IconChevronDown from 'icon:chevron-down'
import IconDots from 'icon:dots'
import { Button, type ButtonProps } from '@mantine/core'
import { Suspense, useEffect, useId, useState, type Ref } from 'react'
import { lazyPart } from '../session/load-part.js'
import { words } from '../words/en.js'
import type { Column } from './data-table.js'
import { Icon } from './icon.js'

/** The first press loads the code of menus. */
const ActMenuList = lazyPart(() => import('./act-menu-list.js'), 'default')

/** A line of a menu, with one of the functions or addresses. */
export interface Act {
  readonly name: string
  readonly isDangerous?: boolean
  readonly onChoose?: () => void
  /** Opens a dialog, which returns the focus to the button of the menu. */
  readonly onOpen?: () => void
  /** Address of another page. */
  readonly href?: string
  /** Address of a document: at the provider a link, from the server a download. */
  readonly file?: string
}

/** Acts that belong together. */
export interface ActGroup {
  /** Default: without a title. */
  readonly name?: string
  readonly acts: readonly Act[]
}

const shown = new Map<string, readonly ActGroup[]>()

/** Acts of the menus of the open page, without those of rows. */
export const actsOfPage = (): readonly Act[] =>
  [...shown.values()].flatMap((groups) => groups.flatMap(({ acts }) => acts))

interface ActMenuProps extends Pick<ButtonProps, 'variant'> {
  /** Text of the button. */
  readonly name: string
  /** True for a small drawing, which has the text as its label. */
  readonly isSmall?: boolean
  /** True for one of the rows of a table. */
  readonly isOfRow?: boolean
  readonly groups: readonly ActGroup[]
}

/** A button that opens a menu of acts. */
export function ActMenu({ name, isSmall, isOfRow, groups, ...look }: ActMenuProps) {
  const [isPressed, setPressed] = useState(false)
  const id = useId()
  useEffect(() => {
    if (isOfRow) return undefined
    shown.set(id, groups)
    return () => void shown.delete(id)
  }, [id, isOfRow, groups])
  const button = (target?: Ref<HTMLButtonElement>) => {
    const props = {
      'aria-haspopup': 'menu',
      ...(target ? { ref: target } : { onClick: () => setPressed(true) }),
    } as const
    return isSmall ? (
      <button type="button" className="square" data-small aria-label={name} title={name} {...props}>
        <Icon of={IconDots} />
      </button>
    ) : (
      <Button {...look} {...props} rightSection={<Icon of={IconChevronDown} />}>
        {name}
      </Button>
    )
  }
  if (!isPressed) return button()
  return (
    <Suspense fallback={button()}>
      <ActMenuList groups={groups} button={button} />
    </Suspense>
  )
}

/** The last column of a table: a menu of the acts on each row. Acts that a row does not have are false or empty. */
export const actColumn = <Row,>(
  nameOf: (row: Row) => string,
  actsOf: (row: Row) => readonly (Act | false | '' | null | undefined)[],
): Column<Row> => ({
  name: words.table.acts,
  isMenu: true,
  cell: (row) => {
    const acts = actsOf(row).filter((act) => !!act)
    return acts.length > 0 && <ActMenu isSmall isOfRow name={words.table.actsOf(nameOf(row))} groups={[{ acts }]} />
  },
})
