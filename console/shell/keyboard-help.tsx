import { Kbd, Modal, Table } from '@mantine/core';

const keys: readonly (readonly [key: string, what: string])[] = [
  ['j', 'Next job of the list'],
  ['k', 'Job before'],
  ['Enter', 'Open it'],
  ['n', 'Older jobs'],
  ['p', 'Newer jobs'],
  ['/', 'To the filters'],
  ['h', 'To the list of jobs'],
  ['o', 'Overview'],
  ['e', 'New export'],
  ['l', 'New load'],
  ['Ctrl+Enter', 'Export, while writing a query'],
  ['?', 'This help'],
];

export function KeyboardHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Table>
        <Table.Tbody>
          {keys.map(([key, what]) => (
            <Table.Tr key={key}>
              <Table.Th scope="row" w={90}>
                <Kbd>{key}</Kbd>
              </Table.Th>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
