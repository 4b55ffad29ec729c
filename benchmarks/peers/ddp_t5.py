"""A training step of T5 in PyTorch, on one process and on several (DistributedDataParallel over gloo).

    mpirun.openmpi -n 2 --bind-to core python3 benchmarks/peers/ddp_t5.py [rounds] [steps]
    python3 benchmarks/peers/ddp_t5.py [rounds] [steps] [threads]

The peer of `benchmarks -- mpi` and, on one process, of `benchmarks -- training`: the same shape (Flan-T5-small's, 8 examples a rank, 128 to
64 tokens, float32, AdamW, gradients clipped at norm 1, one thread a rank by default), measured the same way: rank 0 alone and all ranks in
turns, the fastest step of each. Debian's PyTorch takes the BLAS of the system, of which libopenblas0-pthread is a fast one.
"""

import math
import os
import sys
import time

import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel

WIDTH, HEADS, HEAD, FEED, LAYERS, WORDS = 512, 6, 64, 1024, 8, 32128
BATCH, SOURCE, TARGET = 8, 128, 64


class RmsNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(WIDTH, HEADS * HEAD, bias=False) for _ in range(3))
        self.o = nn.Linear(HEADS * HEAD, WIDTH, bias=False)

    def forward(self, x, source, bias):
        def heads(projected):
            return projected.view(*projected.shape[:2], HEADS, HEAD).transpose(1, 2)

        scores = heads(self.q(x)) @ heads(self.k(source)).transpose(2, 3)
        if bias is not None:
            scores = scores + bias
        mixed = F.dropout(scores.softmax(-1), 0.1, self.training) @ heads(self.v(source))
        return self.o(mixed.transpose(1, 2).flatten(2))


class Block(nn.Module):
    def __init__(self, decodes):
        super().__init__()
        self.own = Attention()
        self.cross = Attention() if decodes else None
        self.norms = nn.ModuleList(RmsNorm() for _ in range(3 if decodes else 2))
        self.gate, self.up = nn.Linear(WIDTH, FEED, bias=False), nn.Linear(WIDTH, FEED, bias=False)
        self.down = nn.Linear(FEED, WIDTH, bias=False)

    def forward(self, x, bias, source=None):
        def drop(y):
            return F.dropout(y, 0.1, self.training)

        normed = self.norms[0](x)
        x = x + drop(self.own(normed, normed, bias))
        if self.cross is not None:
            x = x + drop(self.cross(self.norms[1](x), source, None))
        normed = self.norms[-1](x)
        return x + drop(self.down(drop(F.gelu(self.gate(normed), approximate="tanh") * self.up(normed))))


class Stack(nn.Module):
    def __init__(self, decodes):
        super().__init__()
        self.decodes = decodes
        self.bias = nn.Embedding(32, HEADS)
        self.blocks = nn.ModuleList(Block(decodes) for _ in range(LAYERS))
        self.norm = RmsNorm()

    def forward(self, x, source=None):
        place = torch.arange(x.shape[1])
        away = place[None, :] - place[:, None]
        bias = self.bias(self.bucket(away)).permute(2, 0, 1)[None]
        if self.decodes:
            bias = bias.masked_fill(away > 0, float("-inf"))
        x = F.dropout(x, 0.1, self.training)
        for block in self.blocks:
            x = block(x, bias, source)
        return F.dropout(self.norm(x), 0.1, self.training)

    def bucket(self, away):
        count, first = 32, torch.zeros_like(away)
        if self.decodes:
            away = (-away).clamp(min=0)
        else:
            count //= 2
            first, away = (away > 0).long() * count, away.abs()
        exact = count // 2
        far = exact + (torch.log(away.clamp(min=1) / exact) / math.log(128 / exact) * (count - exact)).long()
        return first + torch.where(away < exact, away, far.clamp(max=count - 1))


class T5(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH)
        self.encoder, self.decoder = Stack(False), Stack(True)
        self.head = nn.Linear(WIDTH, WORDS, bias=False)

    def forward(self, source, target):
        begun = F.pad(target[:, :-1], (1, 0))
        logits = self.head(self.decoder(self.words(begun), self.encoder(self.words(source))))
        return F.cross_entropy(logits.flatten(0, 1), target.flatten())


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    # Open MPI only starts the ranks and binds them to cores, as for the program that this one is a peer of.
    dist.init_process_group(
        "gloo", init_method="tcp://127.0.0.1:29533",
        rank=int(os.environ.get("OMPI_COMM_WORLD_RANK", 0)), world_size=int(os.environ.get("OMPI_COMM_WORLD_SIZE", 1)))
    torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    torch.manual_seed(1)
    model = T5()
    shared = DistributedDataParallel(model, gradient_as_bucket_view=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01, foreach=True)
    source, target = torch.randint(2, WORDS, (BATCH, SOURCE)), torch.randint(2, WORDS, (BATCH, TARGET))

    def fastest(module):
        best = math.inf
        for _ in range(steps):
            begun = time.perf_counter()
            optimizer.zero_grad(set_to_none=module is model)
            module(source, target).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            best = min(best, time.perf_counter() - begun)
        return best

    alone = together = math.inf
    for round_ in range(rounds + 1):  # the first warms up
        dist.barrier()
        if dist.get_rank() == 0:
            one = fastest(model)
        dist.barrier()
        all_ = fastest(shared)
        if round_ > 0:
            alone, together = min(alone, one if dist.get_rank() == 0 else alone), min(together, all_)
    if dist.get_rank() == 0:
        print(f"torch {torch.__version__}, {dist.get_world_size()} ranks: one rank {alone:.3f} s a step, all {together:.3f} s, "
              f"{dist.get_world_size() * alone / together:.2f} times the throughput")


main()
