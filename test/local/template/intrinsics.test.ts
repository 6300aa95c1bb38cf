import { createResolver } from '../../../local/template/intrinsics.ts';

const template = {
  Parameters: { Stage: { Type: 'String', Default: 'dev' }, Zones: { Type: 'CommaDelimitedList', Default: 'a, b' } },
  Mappings: { Sizes: { dev: { memory: 256 } } },
  Conditions: {
    IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
    IsNotDev: { 'Fn::Not': [{ Condition: 'IsDev' }] },
    Both: { 'Fn::And': [{ Condition: 'IsDev' }, { Condition: 'IsNotDev' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsDev' }, { Condition: 'IsNotDev' }] },
  },
  Resources: {},
  Outputs: {},
};
const resolverFor = (parameters: Record<string, string> = {}) =>
  createResolver(template, parameters, {
    ref: (logicalId) => `ref-${logicalId}`,
    attribute: (logicalId, name) => `${logicalId}.${name}`,
    pseudo: { Region: 'us-east-1', AccountId: '000000000000' },
  });

describe('intrinsic functions', () => {
  it.each<[string, unknown, unknown]>([
    ['Ref of a resource', { Ref: 'Table' }, 'ref-Table'],
    ['Ref of a parameter', { Ref: 'Stage' }, 'dev'],
    ['Ref of a list parameter', { Ref: 'Zones' }, ['a', 'b']],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['GetAtt with a list', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table.Arn'],
    ['GetAtt with a dot', { 'Fn::GetAtt': 'Table.Arn' }, 'Table.Arn'],
    ['Join over other intrinsics', { 'Fn::Join': [':', ['a', { Ref: 'Table' }]] }, 'a:ref-Table'],
    ['Sub', { 'Fn::Sub': '${Table}/${Table.Arn}/${AWS::Region}/${!kept}' }, 'ref-Table/Table.Arn/us-east-1/${kept}'],
    ['Sub with variables', { 'Fn::Sub': ['${x}-${Stage}', { x: { Ref: 'Table' } }] }, 'ref-Table-dev'],
    ['Select from Split', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['If', { 'Fn::If': ['IsDev', 'yes', 'no'] }, 'yes'],
    ['And', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
    ['Or', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 256],
    ['NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['NoValue in a list', [1, { Ref: 'AWS::NoValue' }], [1]],
    ['the Condition of a policy', { Condition: { Bool: { a: true } } }, { Condition: { Bool: { a: true } } }],
  ])('evaluates %s', (_name, value, expected) => {
    expect(resolverFor().resolve(value)).toEqual(expected);
  });

  it('lets a given parameter turn a condition', () => {
    expect(resolverFor({ Stage: 'prod' }).holds('IsDev')).toBe(false);
  });

  it('refuses a function that it does not know, instead of passing it on as an object', () => {
    expect(() => resolverFor().resolve({ 'Fn::ImportValue': 'x' })).toThrow(/Fn::ImportValue/);
  });
});
