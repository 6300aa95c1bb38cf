import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { Validations } from 'aws-cdk-lib';
import { z } from 'zod';
import { shapes, synthesize, type Synthesized } from './stack.ts';

const packs = ({ app }: Synthesized): NagPack[] => [new AwsSolutionsChecks(app), new ServerlessChecks(app)];
const Acknowledged = z.record(z.string(), z.string());

/** A pack that hears of no reasons. */
function withoutReasons(pack: NagPack): NagPack {
  Reflect.set(pack, 'isAcknowledged', () => false);
  return pack;
}

/** The rules that a construct has accepted itself, with the reason. */
function acknowledgedBy(construct: IConstruct): [string, string][] {
  const entries = construct.node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
  return entries.flatMap(({ data }) =>
    Object.entries(Acknowledged.parse(data)).map(([id, reason]): [string, string] => [
      id.replace(/^annotation::/i, ''),
      reason,
    ]),
  );
}

describe.each(shapes)('with %s', (_, context) => {
  const synthesized = synthesize(context);

  it('no rule of the AwsSolutions and Serverless packs is broken without a reason given', () => {
    const violations = packs(synthesized).flatMap((pack) => pack.validateScope(synthesized.stack).violations);
    const found = violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath ?? ''}`),
    );
    expect(found).toEqual([]);
  });
});

it('every accepted rule has a reason of some length', () => {
  const accepted = synthesize().stack.node.findAll().flatMap(acknowledgedBy);
  expect(accepted.length).toBeGreaterThan(20);
  for (const [, reason] of accepted) expect(reason.length).toBeGreaterThan(15);
});

it('the packs do find what is wrong: taking the reasons away brings the violations back', () => {
  const { app, stack } = synthesize();
  const [pack] = packs({ app } as Synthesized);
  const deaf = withoutReasons(pack ?? new ServerlessChecks(app));
  const found = deaf.validateScope(stack).violations.map(({ ruleName }) => ruleName);
  expect(found).toEqual(
    expect.arrayContaining(['AwsSolutions-APIG3', 'AwsSolutions-SQS3', 'AwsSolutions-IAM5[Resource::*]']),
  );
});

it('no rule is accepted that is not broken: an old reason would hide a new fault', () => {
  const broken = new Set<string>();
  const accepted = new Set<string>();
  for (const [, context] of shapes) {
    const { app, stack } = synthesize(context);
    for (const construct of stack.node.findAll())
      for (const [id] of acknowledgedBy(construct)) accepted.add(`${id} ${construct.node.path}`);
    for (const pack of packs({ app } as Synthesized)) {
      const deaf = withoutReasons(pack);
      for (const { ruleName, violatingResources } of deaf.validateScope(stack).violations) {
        for (const { constructPath } of violatingResources) broken.add(`${ruleName} ${constructPath ?? ''}`);
      }
    }
  }
  const covers = (entry: string) => [...broken].some((each) => each === entry || each.startsWith(`${entry}/`));
  expect([...accepted].filter((entry) => !covers(entry))).toEqual([]);
});
