import { Component, type ReactNode } from 'react';
import { Failure } from './failure.tsx';
import { Page } from './page.tsx';

interface BoundaryState {
  error: unknown;
}

/** Says so where a page can't be shown: its part of the console did not come, or has a fault. */
export class Boundary extends Component<{ children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { error: undefined };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <Page title="This page can’t be shown">
        <Failure error={this.state.error} onRetry={() => location.reload()} />
      </Page>
    );
  }
}
