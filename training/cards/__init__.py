"""The model card and the impact assessment (模型卡与影响评估)."""
