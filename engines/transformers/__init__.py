"""Model folders of Hugging Face transformers: recognisers, text models, large audio models."""
