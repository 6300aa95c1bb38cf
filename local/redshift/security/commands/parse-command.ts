import type { Token } from '../../sql/lexer.ts';
import { TokenReader } from '../../sql/token-reader.ts';
import type { Command } from './command.ts';
import { grantCommand } from './grant-command.ts';
import { alterPolicy, changeAttachment, createPolicy, dropPolicy } from './policy-commands.ts';
import { alterGroup, createGroup, createRole, dropGroup, dropRole } from './role-commands.ts';
import { changeOwner, rowLevelSecurity } from './table-commands.ts';
import { alterUser, createUser, dropUser } from './user-commands.ts';

type Parse = (reader: TokenReader) => Command;

const COMMANDS: readonly (readonly [string, Parse])[] = [
  ['create user', createUser],
  ['alter user', alterUser],
  ['drop user', dropUser],
  ['create role', createRole],
  ['drop role', dropRole],
  ['create group', createGroup],
  ['alter group', alterGroup],
  ['drop group', dropGroup],
  ['create rls policy', createPolicy],
  ['alter rls policy', alterPolicy],
  ['drop rls policy', dropPolicy],
  ['attach rls policy', (reader) => changeAttachment(reader, true)],
  ['detach rls policy', (reader) => changeAttachment(reader, false)],
  ['grant', (reader) => grantCommand(reader, true)],
  ['revoke', (reader) => grantCommand(reader, false)],
];

function alterTable(reader: TokenReader): Command | undefined {
  if (!reader.takes('alter', 'table') && !reader.takes('alter', 'view')) return undefined;
  const named = reader.relation();
  if (reader.takes('row', 'level', 'security')) return rowLevelSecurity(reader, named);
  return reader.takes('owner', 'to') ? changeOwner(reader, named) : undefined;
}

/** The command on users, rights or policies that a statement is; undefined for every other statement. */
export function parseCommand(tokens: readonly Token[]): Command | undefined {
  for (const [words, parse] of COMMANDS) {
    const reader = new TokenReader(tokens);
    if (reader.takes(...words.split(' '))) return parse(reader);
  }
  return alterTable(new TokenReader(tokens));
}
