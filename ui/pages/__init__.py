"""One file a page; a page draws one frozen state of `ui.state` and emits signals."""
