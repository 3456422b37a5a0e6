"""From the store to the table a model learns from (训练数据): rows as of filing, labels as of the training date."""
