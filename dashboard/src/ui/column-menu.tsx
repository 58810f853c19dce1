import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'
import { Menu, type MenuProps } from '@mantine/core'
import type { ReactElement, Ref } from 'react'
import type { Column } from './data-table.js'
import { useOpenedMenu } from './opened-menu.js'

interface ColumnMenuProps extends Pick<MenuProps, 'position'> {
  readonly columns: readonly Column<never>[]
  /** The button of the menu. */
  readonly button: (target: Ref<HTMLButtonElement>) => ReactElement
  /** Leaves out these columns, and no others. */
  readonly onChoose: (leftOut: readonly Column<never>[]) => void
}

/** The opened menu of columns, which stays open while they are chosen. */
export default function ColumnMenu({ columns, position, button, onChoose }: ColumnMenuProps) {
  const { target, ...state } = useOpenedMenu()
  return (
    <Menu position={position} {...state}>
      <Menu.Target>{button(target)}</Menu.Target>
      <Menu.Dropdown>
        {columns.map((column) => (
          <Menu.CheckboxItem
            key={column.name}
            checked={!column.isLeftOut}
            onChange={(isChecked) =>
              onChoose(columns.filter((each) => (each === column ? !isChecked : each.isLeftOut)))
            }
          >
            {column.name}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
