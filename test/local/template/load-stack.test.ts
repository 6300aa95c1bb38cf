import { loadStack, UnsupportedTemplateError } from '../../../local/template/load-stack.ts';
import type { RawTemplate } from '../../../local/template/read-template.ts';
import { LambdaFunctionProperties } from '../../../local/template/resources/lambda.ts';
import { QueueProperties } from '../../../local/template/resources/storage.ts';

const place = { stackName: 'Test', account: '000000000000', region: 'us-east-1', awsEndpointUrl: 'http://127.0.0.1:1' };
const load = (Resources: Record<string, Partial<RawTemplate['Resources'][string]> & { Type: string }>) => {
  const resources = Object.entries(Resources).map(([id, resource]) => [id, { Properties: {}, ...resource }] as const);
  const template = { Parameters: {}, Mappings: {}, Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } }, Outputs: {} };
  const source = {
    stackName: 'Test',
    templateBody: '{}',
    assets: new Map<string, string>(),
    objects: new Map<string, string>(),
  };
  return loadStack({ ...source, template: { ...template, Resources: Object.fromEntries(resources) } }, place);
};

describe('a loaded stack', () => {
  it('names every resource of a type that nobody runs, so that none is left out in silence', () => {
    const resources = { Machine: { Type: 'AWS::StepFunctions::StateMachine' }, Odd: { Type: 'Custom::Thing' } };
    expect(() => load(resources)).toThrow(UnsupportedTemplateError);
    expect(() => load(resources)).toThrow(/Machine \(AWS::StepFunctions::StateMachine\), Odd \(Custom::Thing\)/);
  });

  it('says why it ignores what it ignores', () => {
    const { ignored } = load({ Role: { Type: 'AWS::IAM::Role' } });
    expect(ignored).toEqual([{ logicalId: 'Role', type: 'AWS::IAM::Role', reason: 'permissions are not enforced' }]);
  });

  it('has no resource whose condition does not hold', () => {
    const stack = load({ Gone: { Type: 'AWS::SQS::Queue', Condition: 'Never' }, Here: { Type: 'AWS::SQS::Queue' } });
    expect(stack.resourcesOf('AWS::SQS::Queue', QueueProperties).map(({ logicalId }) => logicalId)).toEqual(['Here']);
  });

  it('gives a queue the URL of the local endpoint, or messages would leave for AWS', () => {
    const [queue] = load({ Q: { Type: 'AWS::SQS::Queue' } }).resourcesOf('AWS::SQS::Queue', QueueProperties);
    expect(queue?.ref).toBe('http://127.0.0.1:1/000000000000/Test-Q');
  });

  it('refuses a function with layers, which would run without half of its code', () => {
    const Properties = { Handler: 'index.handler', Runtime: 'nodejs24.x', Code: { S3Key: 'x.zip' }, Layers: ['arn'] };
    const stack = load({ F: { Type: 'AWS::Lambda::Function', Properties } });
    expect(() => stack.resourcesOf('AWS::Lambda::Function', LambdaFunctionProperties)).toThrow(/layers are not run/);
  });
});
