import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'
import { Button, Menu } from '@mantine/core'
import { useOpenedMenu } from '../../ui/opened-menu.js'
import { deploymentWords } from '../../words/en/deployments.js'
import type { CommandButton } from './command-toolbar.js'

interface FurtherCommandsProps {
  readonly buttons: readonly CommandButton[]
  readonly onPress: (button: CommandButton) => void
}

/** Commands without a button of their own, as a menu. */
export default function FurtherCommands({ buttons, onPress }: FurtherCommandsProps) {
  const { target, ...state } = useOpenedMenu()
  return (
    <Menu position="bottom-end" returnFocus {...state}>
      <Menu.Target>
        <Button variant="default" ref={target}>
          {deploymentWords.more}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {buttons.map((button) => (
          <Menu.Item key={button.type} onClick={() => onPress(button)}>
            {button.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
