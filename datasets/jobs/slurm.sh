#!/bin/sh
#SBATCH --job-name=tandem-sweep
#SBATCH --array=0-7
#SBATCH --cpus-per-task=4
#SBATCH --mem=2G
#SBATCH --requeue
# tandem merge run.yaml shard-* --out whole, once all are done.
out="shard-$SLURM_ARRAY_TASK_ID"
resume=$([ -e "$out/sweep.json" ] && echo --resume)
# A task that was requeued may run on another machine, which can't know that the process before it is gone.
rm -f "$out/lock.json"
exec tandem sweep run.yaml --shard auto --workers "$SLURM_CPUS_PER_TASK" --runs "$out-runs" --out "$out" $resume
