#!/usr/bin/env node
import express from 'express';
import { createHmac } from 'crypto';
const expected = 'sha256=' + createHmac('sha256', process.env.S).update(b).digest('hex');
if (req.get('x-resync-signature') !== expected) throw new Error('no');
