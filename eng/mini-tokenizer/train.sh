#!/bin/sh
# Trains the tokenizer of the mini data set again. Needs SentencePiece's spm_train (Debian: sentencepiece).
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

dotnet run compose.cs -- "$work/corpus.txt"
spm_train --input="$work/corpus.txt" --model_prefix="$work/mini" --model_type=unigram \
    --vocab_size=1500 --hard_vocab_limit=false --character_coverage=1.0 \
    --required_chars='!"#$%&'"'"'()*+,-./0123456789:;<=>?@[]^_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ' \
    --normalization_rule_name=identity --pad_id=0 --eos_id=1 --unk_id=2 --bos_id=-1 \
    --num_threads=1 --minloglevel=1
mv "$work/mini.model" ../../src/SciCoT.Testing/Resources/mini-science.model
