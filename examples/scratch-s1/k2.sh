cd /work/main; export PATH=/work/main/node_modules/.bin:$PATH
R="node --conditions=tidemill-source examples/scratch-s1/k1.ts"
d=$(mktemp -d)
echo "-- kill -9"; $R $d 20000 5000 & p=$!; sleep 3; kill -9 $p; wait $p; echo rc $?
echo "-- second process while first runs"; $R $d 20000 5000 & p=$!; sleep 2; $R $d 20000 5000; echo rc $?; 
echo "-- SIGINT"; kill -INT $p; wait $p; echo rc $?
ls $d/ws/jobs/k; cat $d/ws/jobs/k/lock.json
echo "-- after INT, state in jobs:"; node --conditions=tidemill-source src/cli/main.ts jobs list --help 2>&1 | head -20
(cd $d; cat ws/jobs/k/status.json | cut -c1-300)
echo; echo "-- damage newest manifest"; ls $d/ws/jobs/k/checkpoints; m=$(ls $d/ws/jobs/k/checkpoints/manifest-* | tail -1); printf 'XXXX' | dd of=$m bs=1 seek=20 conv=notrunc 2>/dev/null
$R $d 20000 5000; echo rc $?
cat $d/o/*.ndjson | wc -l; cat $d/o/*.ndjson | node -e 'let s="";process.stdin.on("data",x=>s+=x).on("end",()=>{const l=s.trim().split("\n").map(JSON.parse);console.log(l.reduce((a,b)=>a+b.n,0),new Set(l.map(x=>x.k+x.windowStart)).size,l.length)})'
echo "-- damaged state"; d=$(mktemp -d); $R $d 20000 4000 & p=$!; sleep 3; kill -9 $p; wait $p; for f in $d/ws/jobs/k/checkpoints/g*; do printf 'XXXX' | dd of=$f bs=1 seek=60 conv=notrunc 2>/dev/null; done; $R $d 20000 4000 2>&1 | head -30; 
echo "-- job.json damaged"; echo '{' > $d/ws/jobs/k/job.json;  $R $d 20000 4000 2>&1 | head -12
echo "-- all manifests damaged"; d=$(mktemp -d); $R $d 20000 4000 & p=$!; sleep 3; kill -9 $p; wait $p; for f in $d/ws/jobs/k/checkpoints/manifest-*; do printf 'XXXX' | dd of=$f bs=1 seek=20 conv=notrunc 2>/dev/null; done; $R $d 20000 4000 2>&1 | head -14
echo "-- outputs removed"; d=$(mktemp -d); $R $d 20000 4000 & p=$!; sleep 3; kill -9 $p; wait $p; rm -rf $d/o; $R $d 20000 4000 2>&1 | head -14
echo "-- checkpoints removed"; d=$(mktemp -d); $R $d 20000 4000 & p=$!; sleep 3; kill -9 $p; wait $p; rm -rf $d/ws/jobs/k/checkpoints; $R $d 20000 4000 2>&1 | head -14
